using System.Buffers.Text;
using System.Collections.Immutable;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Amqp;

/// <summary>Methods, content headers and bodies as JSON objects.</summary>
internal static class AmqpText
{
    private const int MaxDepth = 8; // tables and arrays within each other; deeper ones are left out
    private const int MaxNumberText = 32; // digits of a number, sign and exponent

    /// <summary>Writes fields; false when they do not fit into the bytes, although all of these are there.</summary>
    public static bool WriteMethod(
        ImmutableArray<AmqpField> fields, ReadOnlySpan<byte> bytes, bool whole, CellText text)
    {
        var reader = new AmqpReader(bytes);
        byte bits = 0;
        var bit = 0; // of the byte that bits in a row share
        text.Append("{"u8);
        for (var i = 0; i < fields.Length && !reader.IsStarved; i++)
        {
            var field = fields[i];
            if (field.Type != AmqpFieldType.Bit)
            {
                bit = 0;
                WriteName(field, i == 0, text);
                WriteValue(field.Type, ref reader, text);
                continue;
            }

            bits = bit == 0 ? reader.UInt8() : bits;
            WriteName(field, i == 0, text);
            text.Append((bits >> bit & 1) != 0 ? "true"u8 : "false"u8);
            bit = (bit + 1) & 7;
        }

        return Close(reader, whole, text);
    }

    /// <summary>Writes the size of a content and its properties.</summary>
    public static bool WriteHeader(ReadOnlySpan<byte> bytes, bool whole, CellText text)
    {
        var reader = new AmqpReader(bytes);
        reader.UInt16(); // weight, unused
        text.Append("{\"body_size\":"u8);
        WriteUnsigned(reader.UInt64(), text);
        var flags = reader.UInt16();
        for (var i = 0; i < AmqpMethodTable.Properties.Length && !reader.IsStarved; i++)
        {
            if ((flags & (0x8000 >> i)) != 0)
            {
                WriteName(AmqpMethodTable.Properties[i], false, text);
                WriteValue(AmqpMethodTable.Properties[i].Type, ref reader, text);
            }
        }

        return Close(reader, whole, text);
    }

    /// <summary>Writes a piece of a content: its size, and the bytes when they are text.</summary>
    public static void WriteBody(ReadOnlySpan<byte> bytes, uint size, int limit, CellText text)
    {
        text.Append("{\"size\":"u8);
        text.Append(size);
        if (Utf8Text.LooksLikeText(bytes[..Math.Min(bytes.Length, limit)]))
        {
            text.Append(",\"body\":"u8);
            var shown = bytes[..Math.Min(bytes.Length, limit)];
            text.AppendJsonString(shown[..Utf8Text.WholeCharacters(shown)]);
            if (shown.Length < size)
            {
                text.MarkCut();
                return;
            }
        }

        text.Append("}"u8);
    }

    private static bool Close(in AmqpReader reader, bool whole, CellText text)
    {
        if (reader.IsStarved)
        {
            text.MarkCut();
            return !whole;
        }

        text.Append("}"u8);
        return true;
    }

    private static void WriteName(AmqpField field, bool first, CellText text)
    {
        text.Append(first ? "\""u8 : ",\""u8);
        text.Append(field.Name);
        text.Append("\":"u8);
    }

    private static void WriteValue(AmqpFieldType type, ref AmqpReader reader, CellText text)
    {
        switch (type)
        {
            case AmqpFieldType.UInt8:
                text.Append(reader.UInt8());
                break;
            case AmqpFieldType.UInt16:
                text.Append(reader.UInt16());
                break;
            case AmqpFieldType.UInt32:
                text.Append(reader.UInt32());
                break;
            case AmqpFieldType.UInt64:
                WriteUnsigned(reader.UInt64(), text);
                break;
            case AmqpFieldType.ShortString:
                text.AppendJsonString(reader.ShortString());
                break;
            case AmqpFieldType.LongString:
                text.AppendJsonString(reader.LongString());
                break;
            case AmqpFieldType.Secret:
                reader.LongString();
                text.Append("\"[REMOVED]\""u8);
                break;
            default:
                WriteTable(ref reader, text, isArray: false, depth: 0);
                break;
        }
    }

    // A table or an array: length in bytes, then (names,) types and values.
    private static void WriteTable(ref AmqpReader reader, CellText text, bool isArray, int depth)
    {
        var inner = new AmqpReader(reader.LongString());
        if (depth == MaxDepth)
        {
            text.Append("null"u8);
            text.MarkCut();
            return;
        }

        text.Append(isArray ? "["u8 : "{"u8);
        for (var first = true; !inner.IsEmpty && !inner.IsStarved && text.Room > 0; first = false)
        {
            text.Append(first ? default : ","u8);
            if (!isArray)
            {
                text.AppendJsonString(inner.ShortString());
                text.Append(":"u8);
            }

            WriteTyped(ref inner, text, depth);
        }

        text.Append(isArray ? "]"u8 : "}"u8);
    }

    // Types as RabbitMQ and its clients write them.
    private static void WriteTyped(ref AmqpReader reader, CellText text, int depth)
    {
        var type = reader.UInt8();
        switch ((char)type)
        {
            case 'S' or 'x':
                text.AppendJsonString(reader.LongString());
                break;
            case 'F' or 'A':
                WriteTable(ref reader, text, type == 'A', depth + 1);
                break;
            case 't':
                text.Append(reader.UInt8() != 0 ? "true"u8 : "false"u8);
                break;
            case 'f':
                WriteFloat(BitConverter.UInt32BitsToSingle(reader.UInt32()), text);
                break;
            case 'd':
                WriteFloat(BitConverter.UInt64BitsToDouble(reader.UInt64()), text);
                break;
            case 'D':
                WriteDecimal(reader.UInt8(), (int)reader.UInt32(), text);
                break;
            case 'T':
                WriteUnsigned(reader.UInt64(), text);
                break;
            default:
                if (!TryWriteInteger(type, ref reader, text))
                {
                    text.Append("null"u8); // V, or a type that nobody knows: where it ends neither
                    Skip(type, ref reader, text);
                }

                break;
        }
    }

    private static bool TryWriteInteger(byte type, ref AmqpReader reader, CellText text)
    {
        long? value = (char)type switch
        {
            'b' => (sbyte)reader.UInt8(),
            'B' => reader.UInt8(),
            's' or 'U' => (short)reader.UInt16(),
            'u' => reader.UInt16(),
            'I' => (int)reader.UInt32(),
            'i' => reader.UInt32(),
            'l' or 'L' => (long)reader.UInt64(),
            _ => null,
        };
        if (value is { } number)
        {
            text.Append(number);
        }

        return value is not null;
    }

    private static void Skip(byte type, ref AmqpReader reader, CellText text)
    {
        if (type != 'V')
        {
            reader = default; // the rest of the table
            text.MarkCut();
        }
    }

    private static void WriteUnsigned(ulong value, CellText text)
    {
        Span<byte> digits = stackalloc byte[MaxNumberText];
        Utf8Formatter.TryFormat(value, digits, out var written);
        text.Append(digits[..written]);
    }

    private static void WriteFloat(double value, CellText text)
    {
        Span<byte> digits = stackalloc byte[MaxNumberText];
        text.Append(double.IsFinite(value) && Utf8Formatter.TryFormat(value, digits, out var written)
            ? digits[..written]
            : "null"u8);
    }

    private static void WriteDecimal(byte scale, int value, CellText text)
    {
        text.Append(value);
        if (scale != 0)
        {
            text.Append("e-"u8);
            text.Append(scale);
        }
    }
}
