using System.Text;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>
/// Reads the stream of a session at a diagnostics port, without the stacks of events. Bytes come in any pieces; what is
/// kept is at most one block. A stream of another form ends in <see cref="InvalidDataException"/>.
/// </summary>
/// <remarks>
/// Layout (dotnet/diagnostics, documentation "NetTrace format", version 4): "Nettrace", a length and
/// "!FastSerialization.1", then objects: tag 5, its type (tags 5 and 1, int32 version, int32 oldest reader, int32
/// length and name, tag 6), its content, tag 6. Blocks contain an int32 length, zeros up to a multiple of 4 from the
/// start of the stream, and that many bytes; the object Trace has 48. Tag 1 ends the stream.
/// </remarks>
internal sealed class NetTrace(ITraceConsumer consumer)
{
    private const int MaxBufferBytes = 1 << 20; // a runtime sends blocks of 100 KB at most
    private const int TraceBytes = 48;
    private const int MaxNameBytes = 64;
    private const byte NullReference = 1;
    private const byte BeginObject = 5;
    private const byte EndObject = 6;

    private byte[] _buffer = new byte[16 << 10];
    private int _filled;
    private long _position; // in the stream, of the buffer's first byte
    private bool _hasHead;

    private static ReadOnlySpan<byte> Head => "Nettrace\x14\0\0\0!FastSerialization.1"u8;

    /// <summary>Takes a piece of the stream.</summary>
    /// <exception cref="InvalidDataException">It is not of this form.</exception>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        Append(bytes);
        var data = _buffer.AsSpan(0, _filled);
        var taken = 0;
        while (TryTake(data[taken..], _position + taken, out var length))
        {
            taken += length;
        }

        data[taken..].CopyTo(_buffer);
        (_filled, _position) = (_filled - taken, _position + taken);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_filled + bytes.Length > _buffer.Length)
        {
            if (_filled + bytes.Length > MaxBufferBytes)
            {
                throw new InvalidDataException("a block of the trace is longer than 1 MiB");
            }

            Array.Resize(ref _buffer, Math.Min(MaxBufferBytes, 2 * (_filled + bytes.Length)));
        }

        bytes.CopyTo(_buffer.AsSpan(_filled));
        _filled += bytes.Length;
    }

    /// <summary>Takes one object, or the head of the stream; false when more bytes are needed.</summary>
    private bool TryTake(ReadOnlySpan<byte> data, long position, out int length)
    {
        length = 0;
        if (!_hasHead)
        {
            return TryTakeHead(data, out length);
        }

        var reader = new BytesReader(data);
        if (!reader.TryByte(out var tag))
        {
            return false;
        }

        if (tag == NullReference)
        {
            length = 1; // the end of the stream
            return true;
        }

        Require(tag == BeginObject, "an object");
        if (!TryReadType(ref reader, out var name) || !TryReadContent(ref reader, name, position, out var content)
            || !reader.TryByte(out var end))
        {
            return false;
        }

        Require(end == EndObject, "the end of an object");
        if (name.SequenceEqual("EventBlock"u8) || name.SequenceEqual("MetadataBlock"u8))
        {
            NetTraceBlock.Read(content, isMetadata: name[0] == 'M', consumer);
        }

        length = reader.Position;
        return true;
    }

    private bool TryTakeHead(ReadOnlySpan<byte> data, out int length)
    {
        length = 0;
        var common = Math.Min(data.Length, Head.Length);
        Require(data[..common].SequenceEqual(Head[..common]), "the head of a trace");
        if (data.Length < Head.Length)
        {
            return false;
        }

        (_hasHead, length) = (true, Head.Length);
        return true;
    }

    private static bool TryReadType(ref BytesReader reader, out ReadOnlySpan<byte> name)
    {
        const int VersionBytes = 8;
        name = default;
        if (!reader.TryBytes(2, out var tags) || !reader.TryBytes(VersionBytes, out _)
            || !reader.TryInt32(out var nameBytes))
        {
            return false;
        }

        Require(tags[0] == BeginObject && tags[1] == NullReference, "the type of an object");
        Require(nameBytes is > 0 and <= MaxNameBytes, "the name of a type");
        if (!reader.TryBytes(nameBytes, out name) || !reader.TryByte(out var end))
        {
            return false;
        }

        Require(end == EndObject, "the end of a type");
        return true;
    }

    private static bool TryReadContent(
        ref BytesReader reader, scoped ReadOnlySpan<byte> name, long position, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (name.SequenceEqual("Trace"u8))
        {
            return reader.TryBytes(TraceBytes, out content);
        }

        if (!reader.TryInt32(out var bytes))
        {
            return false;
        }

        Require(bytes is >= 0 and <= MaxBufferBytes, $"the length of a {Encoding.ASCII.GetString(name)}");
        var padding = (int)(-(position + reader.Position) & 3);
        return reader.TryBytes(padding, out _) && reader.TryBytes(bytes, out content);
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidDataException($"the trace has other bytes than {what}");
        }
    }
}
