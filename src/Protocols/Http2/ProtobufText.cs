using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text.Unicode;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Http2;

/// <summary>
/// Messages of protobuf whose schema is not known as text: number and value of each field, as
/// <c>1: "text" 2: 5 3 { 1: 0x0000000a }</c>.
/// </summary>
/// <remarks>
/// A field is a varint, number × 8 + wire type, and a value: 0 varint, 1 eight bytes, 2 length and bytes, 3 and 4 the
/// borders of a group, 5 four bytes. What is in the bytes of type 2 is not said: text when printable; else a message
/// when they can be one; else bytes. Source: protobuf documentation, "Encoding".
/// </remarks>
internal static class ProtobufText
{
    private const int MaxDepth = 10; // messages within messages; deeper ones are shown as bytes
    private const int MaxStringBytes = 64;

    private static readonly SearchValues<byte> Control = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Append(0x7f).Select(b => (byte)b)]);

    private static readonly SearchValues<byte> ControlNotSpace = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Append(0x7f).Where(b => b is not ('\n' or '\r' or '\t')).Select(b => (byte)b)]);

    private static readonly SearchValues<byte> EscapedInText = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Append(0x7f).Append('"').Append('\\').Select(b => (byte)b)]);

    private static readonly SearchValues<byte> EscapedInBytes = SearchValues.Create(
        [.. Enumerable.Range(0, 0x100).Where(b => b is < 0x20 or >= 0x7f or '"' or '\\').Select(b => (byte)b)]);

    private enum WireType : byte
    {
        Varint,
        Fixed64,
        Bytes,
        GroupStart,
        GroupEnd,
        Fixed32,
    }

    /// <summary>Appends a message; one that makes no sense is said to.</summary>
    public static void Append(ReadOnlySpan<byte> message, bool isCut, CellText text)
    {
        if (isCut)
        {
            text.MarkCut();
        }

        if (IsMessage(message, isCut, MaxDepth))
        {
            AppendFields(message, MaxDepth, text);
        }
        else
        {
            text.Append(GrpcText.NotParsed);
        }
    }

    // Reads number, type and content of the field at the beginning; false when it is none, or not all of it is there.
    private static bool TryRead(ref ReadOnlySpan<byte> data, out Field field)
    {
        field = default;
        var rest = data;
        if (!TryReadVarint(ref rest, out var tag) || tag >> 3 is 0 or > (1 << 29) - 1 || (tag & 7) > 5)
        {
            return false;
        }

        var type = (WireType)(tag & 7);
        var (value, length) = (0UL, type == WireType.Fixed64 ? 8 : type == WireType.Fixed32 ? 4 : 0);
        if (type is WireType.Varint or WireType.Bytes && !TryReadVarint(ref rest, out value))
        {
            return false;
        }

        if (type == WireType.Bytes)
        {
            length = (int)Math.Min(value, int.MaxValue);
        }

        field = new Field((int)(tag >> 3), type, value, rest[..Math.Min(length, rest.Length)], length > rest.Length);
        data = rest[field.Content.Length..];
        return type == WireType.Bytes || !field.IsCut;
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> data, out ulong value)
    {
        value = 0;
        for (var i = 0; i < data.Length && i < 10; i++)
        {
            value |= (ulong)(data[i] & 0x7f) << (7 * i);
            if (data[i] < 0x80)
            {
                data = data[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static bool IsMessage(ReadOnlySpan<byte> data, bool isCut, int depth)
    {
        var groups = 0;
        while (!data.IsEmpty)
        {
            var atEnd = isCut && data.Length < 20; // no tag with a number is longer
            if (!TryRead(ref data, out var field))
            {
                return atEnd;
            }

            groups += field.Type == WireType.GroupStart ? 1 : field.Type == WireType.GroupEnd ? -1 : 0;
            if (groups < 0 || groups > depth || (field.IsCut && !isCut))
            {
                return false;
            }
        }

        return groups == 0 || isCut;
    }

    private static void AppendFields(ReadOnlySpan<byte> data, int depth, CellText text)
    {
        var first = true;
        while (!data.IsEmpty && text.Room > 0 && TryRead(ref data, out var field))
        {
            if (!first)
            {
                text.Append(" "u8);
            }

            first = false;
            AppendField(field, depth, text);
        }
    }

    private static void AppendField(in Field field, int depth, CellText text)
    {
        if (field.Type == WireType.GroupEnd)
        {
            text.Append("}"u8);
            return;
        }

        text.Append(field.Number);
        switch (field.Type)
        {
            case WireType.Varint:
                text.Append(": "u8);
                AppendNumber(field.Value, default, text);
                break;
            case WireType.Fixed64:
                text.Append(": 0x"u8);
                AppendNumber(BinaryPrimitives.ReadUInt64LittleEndian(field.Content), "x16", text);
                break;
            case WireType.Fixed32:
                text.Append(": 0x"u8);
                AppendNumber(BinaryPrimitives.ReadUInt32LittleEndian(field.Content), "x8", text);
                break;
            case WireType.GroupStart:
                text.Append(" {"u8);
                break;
            default:
                AppendBytes(field, depth, text);
                break;
        }
    }

    private static void AppendBytes(in Field field, int depth, CellText text)
    {
        var content = field.Content;
        var isText = Utf8.IsValid(content[..Utf8Text.WholeCharacters(content)]);
        if (!(isText && content.IndexOfAny(Control) < 0) && depth > 0 && IsMessage(content, field.IsCut, depth - 1))
        {
            text.Append(" { "u8);
            AppendFields(content, depth - 1, text);
            text.Append(" }"u8);
            return;
        }

        var shown = content[..Math.Min(content.Length, MaxStringBytes)];
        text.Append(": \""u8);
        if (isText && content.IndexOfAny(ControlNotSpace) < 0)
        {
            AppendEscaped(shown[..Utf8Text.WholeCharacters(shown)], isText: true, text);
        }
        else
        {
            AppendEscaped(shown, isText: false, text);
        }

        text.Append(shown.Length < content.Length || field.IsCut ? Utf8Text.TruncatedMark : default);
        text.Append("\""u8);
    }

    // As protobuf's text format: bytes that are not text in octal.
    private static void AppendEscaped(ReadOnlySpan<byte> bytes, bool isText, CellText text)
    {
        var escaped = isText ? EscapedInText : EscapedInBytes;
        while (!bytes.IsEmpty)
        {
            var plain = bytes.IndexOfAny(escaped);
            if (plain < 0)
            {
                text.Append(bytes);
                return;
            }

            text.Append(bytes[..plain]);
            AppendEscape(bytes[plain], text);
            bytes = bytes[(plain + 1)..];
        }
    }

    private static void AppendEscape(byte value, CellText text)
    {
        var letter = value switch
        {
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            (byte)'"' or (byte)'\\' => value,
            _ => (byte)0,
        };
        text.Append(letter != 0
            ? [(byte)'\\', letter]
            : [(byte)'\\', (byte)('0' + (value >> 6)), (byte)('0' + ((value >> 3) & 7)), (byte)('0' + (value & 7))]);
    }

    private static void AppendNumber(ulong value, ReadOnlySpan<char> format, CellText text)
    {
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out var written, format, CultureInfo.InvariantCulture);
        text.Append(digits[..written]);
    }

    private readonly ref struct Field(int number, WireType type, ulong value, ReadOnlySpan<byte> content, bool isCut)
    {
        public int Number { get; } = number;

        public WireType Type { get; } = type;

        public ulong Value { get; } = value;

        public ReadOnlySpan<byte> Content { get; } = content;

        public bool IsCut { get; } = isCut;
    }
}
