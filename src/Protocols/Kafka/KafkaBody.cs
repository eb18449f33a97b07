using System.Buffers.Text;
using System.Collections.Immutable;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Kafka;

/// <summary>How a body was read.</summary>
internal enum KafkaBodyStatus
{
    /// <summary>All of it.</summary>
    Complete,

    /// <summary>Its beginning; the rest is not known.</summary>
    Partial,

    /// <summary>All of it, and bytes follow that do not belong to its layout.</summary>
    Longer,

    /// <summary>It does not have the layout of its version.</summary>
    Malformed,
}

/// <summary>
/// Writes a body as JSON. Null reads as empty; a record set is {"size", "batches", "records", "compression"}, the
/// records themselves are left out. What is read of an unfinished or malformed body stays valid JSON and ends with
/// "truncated":true.
/// </summary>
/// <param name="version">Of the API.</param>
/// <param name="flexible">Whether this version has compact lengths and tagged fields.</param>
/// <param name="body">The bytes behind the header; borrowed.</param>
/// <param name="names">Names of topics by id: looked up, and learned where a body has both. Null: neither.</param>
/// <param name="text">Where the JSON goes.</param>
/// <param name="truncated">Whether bytes at the end are missing.</param>
internal ref struct KafkaBody(
    int version, bool flexible, ReadOnlySpan<byte> body, KafkaTopicNames? names, CellText text, bool truncated)
{
    /// <summary>Bytes of JSON that are kept.</summary>
    public const int LimitBytes = 64 << 10;

    private const int UuidBytes = 16;
    private const int UuidTextBytes = 22; // base64 without padding

    private readonly int _version = version;
    private readonly KafkaTopicNames? _names = names;
    private readonly CellText _text = text;
    private readonly bool _truncated = truncated;
    private KafkaReader _reader = new(body, flexible);

    /// <summary>Writes the object.</summary>
    /// <param name="fields">Its layout.</param>
    public KafkaBodyStatus Write(ImmutableArray<KafkaField> fields)
    {
        _text.Append("{"u8);
        var first = WriteFields(fields);
        var status = _truncated && !_reader.IsInvalid ? KafkaBodyStatus.Partial
            : _reader.IsStopped ? KafkaBodyStatus.Malformed
            : _reader.Rest.IsEmpty ? KafkaBodyStatus.Complete
            : KafkaBodyStatus.Longer;
        if (status is KafkaBodyStatus.Partial or KafkaBodyStatus.Malformed)
        {
            _text.Append(first ? "\"truncated\":true"u8 : ",\"truncated\":true"u8);
        }

        _text.Append("}"u8);
        return status;
    }

    // Fields of a struct; true when none was written.
    private bool WriteFields(ImmutableArray<KafkaField> fields)
    {
        var first = true;
        ReadOnlySpan<byte> lastText = default;
        ReadOnlySpan<byte> topic = default;
        foreach (var field in fields)
        {
            if (!field.IsIn(_version))
            {
                continue;
            }

            if (field.IsArray)
            {
                WriteArray(field, ref first);
            }
            else
            {
                var value = WriteValue(field, ref first);
                lastText = field.Type == KafkaType.Text && lastText.IsEmpty ? value : lastText;
                topic = field.Type == KafkaType.Uuid ? value : topic;
            }

            if (_reader.IsStopped)
            {
                return first;
            }
        }

        if (!topic.IsEmpty && !lastText.IsEmpty)
        {
            _names?.Learn(topic, lastText);
        }

        _reader.SkipTags();
        return first;
    }

    private void WriteArray(KafkaField field, scoped ref bool first)
    {
        var count = _reader.ReadLength(sizeof(int));
        if (count > _reader.Rest.Length && !_truncated)
        {
            _reader.Take(int.MaxValue); // an element has at least one byte
        }

        if (_reader.IsStopped)
        {
            return;
        }

        Begin(field, ref first);
        _text.Append("["u8);
        var read = 0;
        while (read < count && !_reader.IsStopped && !_reader.Rest.IsEmpty)
        {
            var firstElement = read++ == 0;
            if (field.Type == KafkaType.Struct)
            {
                _text.Append(firstElement ? "{"u8 : ",{"u8);
                WriteFields(field.Fields);
                _text.Append("}"u8);
            }
            else
            {
                WriteSimple(field, ref firstElement, label: false);
            }
        }

        if (read < count)
        {
            _reader.Take(int.MaxValue); // fewer elements than said
        }

        _text.Append("]"u8);
    }

    // Returns the bytes of a text or an id.
    private ReadOnlySpan<byte> WriteValue(KafkaField field, scoped ref bool first) =>
        field.Type is KafkaType.Bytes or KafkaType.Records
            ? WriteBytes(field, ref first)
            : WriteSimple(field, ref first, label: true);

    private ReadOnlySpan<byte> WriteSimple(KafkaField field, scoped ref bool first, bool label)
    {
        var number = 0L;
        var bytes = ReadOnlySpan<byte>.Empty;
        switch (field.Type)
        {
            case KafkaType.Text:
                bytes = _reader.ReadString();
                break;
            case KafkaType.Uuid or KafkaType.TopicId:
                bytes = _reader.Take(UuidBytes);
                break;
            default:
                number = _reader.ReadInt(SizeOf(field.Type));
                break;
        }

        if (_reader.IsStopped || field.IsHidden)
        {
            return bytes;
        }

        if (label)
        {
            Begin(field, ref first);
        }
        else if (!first)
        {
            _text.Append(","u8);
        }

        WriteSimple(field.Type, number, bytes);
        return bytes;
    }

    private readonly void WriteSimple(KafkaType type, long number, ReadOnlySpan<byte> bytes)
    {
        switch (type)
        {
            case KafkaType.Text:
                _text.AppendJsonString(bytes);
                break;
            case KafkaType.Uuid:
                WriteId(bytes);
                break;
            case KafkaType.TopicId:
                WriteId(bytes);
                if (_names is not null && _names.Find(bytes) is { IsEmpty: false } name)
                {
                    _text.Append(",\"name\":"u8);
                    _text.AppendJsonString(name);
                }

                break;
            case KafkaType.Bool:
                _text.Append(number != 0 ? "true"u8 : "false"u8);
                break;
            default:
                _text.Append(number);
                break;
        }
    }

    // As Kafka prints ids.
    private readonly void WriteId(ReadOnlySpan<byte> id)
    {
        Span<byte> digits = stackalloc byte[UuidTextBytes];
        Base64Url.EncodeToUtf8(id, digits);
        _text.Append("\""u8);
        _text.Append(digits);
        _text.Append("\""u8);
    }

    private ReadOnlySpan<byte> WriteBytes(KafkaField field, scoped ref bool first)
    {
        var length = _reader.ReadLength(sizeof(int));
        if (_reader.IsStopped)
        {
            return [];
        }

        if (!field.IsHidden)
        {
            Begin(field, ref first);
            _text.Append("{\"size\":"u8);
            _text.Append(length);
            KafkaRecords.Write(_reader.Rest[..Math.Min(length, _reader.Rest.Length)], length, _text);
            _text.Append("}"u8);
        }

        _reader.Take(length);
        return [];
    }

    private readonly void Begin(KafkaField field, scoped ref bool first)
    {
        if (!first)
        {
            _text.Append(","u8);
        }

        first = false;
        _text.Append(field.Label);
    }

    private static int SizeOf(KafkaType type) => type switch
    {
        KafkaType.Bool or KafkaType.I8 => sizeof(byte),
        KafkaType.I16 => sizeof(short),
        KafkaType.I32 => sizeof(int),
        _ => sizeof(long),
    };
}
