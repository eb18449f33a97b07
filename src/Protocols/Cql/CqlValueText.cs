using System.Buffers.Binary;
using System.Globalization;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Cql;

/// <summary>Values by type as JSON. What has the wrong length for its type becomes hex.</summary>
internal static class CqlValueText
{
    private const int MaxNumberBytes = 16; // of integers of any length; longer ones become hex
    private const int TextBytes = 64; // of what has a bounded text

    /// <summary>Appends a value.</summary>
    /// <param name="types">At the description of its type, which is read.</param>
    /// <param name="value">Its bytes.</param>
    /// <param name="text">Where it goes.</param>
    /// <param name="depth">Values around it.</param>
    public static void Append(ref CqlReader types, ReadOnlySpan<byte> value, CellText text, int depth = 0)
    {
        var type = (CqlType)types.ReadShort();
        switch (type)
        {
            case CqlType.List or CqlType.Set:
                AppendElements(ref types, value, text, depth);
                break;
            case CqlType.Map:
                AppendMap(ref types, value, text, depth);
                break;
            case CqlType.Udt:
                types.ReadString();
                types.ReadString();
                AppendFields(ref types, value, text, named: true, depth);
                break;
            case CqlType.Tuple:
                AppendFields(ref types, value, text, named: false, depth);
                break;
            case CqlType.Ascii or CqlType.Varchar:
                text.AppendJsonString(value);
                break;
            case CqlType.Custom:
                types.ReadString();
                AppendHex(value, text, "0x"u8);
                break;
            default:
                AppendScalar(type, value, text);
                break;
        }
    }

    /// <summary>Appends bytes in hex, in quotes.</summary>
    public static void AppendHex(ReadOnlySpan<byte> value, CellText text, ReadOnlySpan<byte> prefix = default)
    {
        text.Append("\""u8);
        text.Append(prefix);
        Span<byte> hex = stackalloc byte[TextBytes];
        while (!value.IsEmpty && text.Room > 0)
        {
            var taken = Math.Min(value.Length, TextBytes / 2);
            Convert.TryToHexString(value[..taken], hex, out var written);
            text.Append(hex[..written]);
            value = value[taken..];
        }

        if (!value.IsEmpty)
        {
            text.MarkCut();
        }

        text.Append("\""u8);
    }

    private static void AppendScalar(CqlType type, ReadOnlySpan<byte> value, CellText text)
    {
        Span<byte> buffer = stackalloc byte[TextBytes];
        var written = type switch
        {
            CqlType.Boolean when value.Length == 1 => Copy(value[0] != 0 ? "true"u8 : "false"u8, buffer),
            CqlType.Tinyint when value.Length == 1 => Format((sbyte)value[0], buffer),
            CqlType.Smallint when value.Length == 2 => Format(BinaryPrimitives.ReadInt16BigEndian(value), buffer),
            CqlType.Int when value.Length == 4 => Format(BinaryPrimitives.ReadInt32BigEndian(value), buffer),
            CqlType.Bigint or CqlType.Counter when value.Length == 8 =>
                Format(BinaryPrimitives.ReadInt64BigEndian(value), buffer),
            CqlType.Float when value.Length == 4 => Format(BinaryPrimitives.ReadSingleBigEndian(value), buffer),
            CqlType.Double when value.Length == 8 => Format(BinaryPrimitives.ReadDoubleBigEndian(value), buffer),
            CqlType.Varint when value.Length is > 0 and <= MaxNumberBytes => Format(ReadNumber(value), buffer),
            CqlType.Decimal when value.Length is > 4 and <= 4 + MaxNumberBytes => FormatDecimal(value, buffer),
            _ => 0,
        };
        if (written > 0)
        {
            text.Append(buffer[..written]);
            return;
        }

        written = CqlTimeText.Format(type, value, buffer);
        if (written > 0)
        {
            text.Append("\""u8);
            text.Append(buffer[..written]);
            text.Append("\""u8);
            return;
        }

        AppendHex(value, text, "0x"u8);
    }

    private static void AppendElements(ref CqlReader types, ReadOnlySpan<byte> value, CellText text, int depth)
    {
        var reader = new CqlReader(value);
        var start = types;
        text.Append("["u8);
        for (int i = 0, count = reader.ReadInt(); i < count && !reader.IsStopped && !text.IsCut; i++)
        {
            types = start;
            text.Append(i > 0 ? ","u8 : default);
            AppendPart(ref types, ref reader, text, depth);
        }

        text.Append("]"u8);
        types = start;
        CqlTypes.Skip(ref types, depth);
    }

    private static void AppendMap(ref CqlReader types, ReadOnlySpan<byte> value, CellText text, int depth)
    {
        var reader = new CqlReader(value);
        var start = types;
        text.Append("{"u8);
        for (int i = 0, count = reader.ReadInt(); i < count && !reader.IsStopped && !text.IsCut; i++)
        {
            types = start;
            text.Append(i > 0 ? ","u8 : default);
            AppendKey(ref types, ref reader, text);
            text.Append(":"u8);
            AppendPart(ref types, ref reader, text, depth);
        }

        text.Append("}"u8);
        types = start;
        CqlTypes.Skip(ref types, depth);
        CqlTypes.Skip(ref types, depth);
    }

    // JSON wants keys to be strings: numbers get quotes, and values of values are hex.
    private static void AppendKey(ref CqlReader types, ref CqlReader reader, CellText text)
    {
        var key = reader.ReadBytes(out _);
        var peek = types;
        switch ((CqlType)peek.ReadShort())
        {
            case >= CqlType.List:
                CqlTypes.Skip(ref types);
                AppendHex(key, text, "0x"u8);
                break;
            case CqlType.Boolean or CqlType.Bigint or CqlType.Counter or CqlType.Decimal or CqlType.Double
                or CqlType.Float or CqlType.Int or CqlType.Varint or CqlType.Smallint or CqlType.Tinyint:
                text.Append("\""u8);
                Append(ref types, key, text);
                text.Append("\""u8);
                break;
            default:
                Append(ref types, key, text);
                break;
        }
    }

    private static void AppendFields(
        ref CqlReader types, ReadOnlySpan<byte> value, CellText text, bool named, int depth)
    {
        var reader = new CqlReader(value);
        text.Append(named ? "{"u8 : "["u8);
        for (int i = 0, count = types.ReadShort(); i < count && !types.IsStopped; i++)
        {
            var name = named ? types.ReadString() : [];
            if (reader.Rest.IsEmpty || text.IsCut)
            {
                CqlTypes.Skip(ref types, depth); // values of fields that were added later may not be there
                continue;
            }

            text.Append(i > 0 ? ","u8 : default);
            if (named)
            {
                text.AppendJsonString(name);
                text.Append(":"u8);
            }

            AppendPart(ref types, ref reader, text, depth);
        }

        text.Append(named ? "}"u8 : "]"u8);
    }

    private static void AppendPart(ref CqlReader types, ref CqlReader reader, CellText text, int depth)
    {
        var part = reader.ReadBytes(out var isNull);
        if (reader.IsStopped)
        {
            text.MarkCut();
        }
        else if (isNull || depth >= CqlTypes.MaxDepth)
        {
            CqlTypes.Skip(ref types, depth);
            text.Append("null"u8);
        }
        else
        {
            Append(ref types, part, text, depth + 1);
        }
    }

    private static int FormatDecimal(ReadOnlySpan<byte> value, Span<byte> buffer)
    {
        var scale = BinaryPrimitives.ReadInt32BigEndian(value);
        var written = Format(ReadNumber(value[4..]), buffer);
        var digits = buffer[0] == '-' ? written - 1 : written;
        if (scale > 0 && scale < digits)
        {
            buffer[(written - scale)..written].CopyTo(buffer[(written - scale + 1)..]);
            buffer[written - scale] = (byte)'.';
            return written + 1;
        }

        if (scale == 0)
        {
            return written;
        }

        buffer[written++] = (byte)'e';
        return written + Format(-(long)scale, buffer[written..]);
    }

    private static Int128 ReadNumber(ReadOnlySpan<byte> value)
    {
        Int128 number = (sbyte)value[0] < 0 ? -1 : 0;
        foreach (var part in value)
        {
            number = (number << 8) | part;
        }

        return number;
    }

    private static int Format<T>(T value, Span<byte> buffer)
        where T : IUtf8SpanFormattable =>
        value.TryFormat(buffer, out var written, default, CultureInfo.InvariantCulture) ? written : 0;

    // JSON has no words for these.
    private static int Format(double value, Span<byte> buffer) => double.IsFinite(value)
        ? Format<double>(value, buffer)
        : Copy(double.IsNaN(value) ? "\"NaN\""u8 : value > 0 ? "\"Infinity\""u8 : "\"-Infinity\""u8, buffer);

    private static int Format(float value, Span<byte> buffer) =>
        float.IsFinite(value) ? Format<float>(value, buffer) : Format((double)value, buffer);

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> buffer)
    {
        text.CopyTo(buffer);
        return text.Length;
    }
}
