using System.Buffers;
using System.Buffers.Text;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Mysql;

/// <summary>Values of parameters in the binary format, as text.</summary>
/// <remarks>
/// Numbers: little endian, as long as their type. Dates and times: length, 1 byte, and that many bytes; parts at the
/// end that are zero are left out. All others: text behind its length.
/// Source: MySQL internals, "Binary Protocol Value".
/// </remarks>
internal static class MysqlParameters
{
    private const byte UnsignedFlag = 0x80;
    private const int DateBytes = 4; // year, 2; month; day
    private const int DateTimeBytes = 7; // and hour, minute, second; with microseconds, 4 bytes, 11
    private const int TimeBytes = 8; // sign; days, 4; hour, minute, second; with microseconds 12
    private const int HoursPerDay = 24;

    /// <summary>Reads a value off the payload.</summary>
    public static ReadOnlySpan<byte> Read(ref MysqlReader reader, MysqlType type, out bool isCut)
    {
        isCut = false;
        switch (type)
        {
            case MysqlType.Null:
                return default;
            case MysqlType.Tiny:
                return reader.Bytes(1);
            case MysqlType.Short or MysqlType.Year:
                return reader.Bytes(2);
            case MysqlType.Long or MysqlType.Int24 or MysqlType.Float:
                return reader.Bytes(4);
            case MysqlType.LongLong or MysqlType.Double:
                return reader.Bytes(8);
            case MysqlType.Date or MysqlType.DateTime or MysqlType.Timestamp or MysqlType.Time:
                return reader.Bytes(reader.Byte());
            default:
                return reader.Text(out isCut);
        }
    }

    /// <summary>Appends a value.</summary>
    /// <param name="value">As read by <see cref="Read"/>.</param>
    /// <param name="type">Its type.</param>
    /// <param name="flags">The second byte of the type.</param>
    /// <param name="text">Where it goes.</param>
    public static void Append(ReadOnlySpan<byte> value, MysqlType type, byte flags, CellText text)
    {
        switch (type)
        {
            case MysqlType.Null:
                text.Append("NULL"u8);
                break;
            case MysqlType.Tiny or MysqlType.Short or MysqlType.Year or MysqlType.Long or MysqlType.Int24
                or MysqlType.LongLong:
                AppendInteger(value, (flags & UnsignedFlag) != 0, text);
                break;
            case MysqlType.Float or MysqlType.Double:
                AppendReal(value, text);
                break;
            case MysqlType.Date or MysqlType.DateTime or MysqlType.Timestamp:
                AppendDate(value, type != MysqlType.Date, text);
                break;
            case MysqlType.Time:
                AppendTime(value, text);
                break;
            default:
                AppendBytes(value, text);
                break;
        }
    }

    private static void AppendInteger(ReadOnlySpan<byte> value, bool isUnsigned, CellText text)
    {
        var bits = 0UL;
        for (var i = value.Length - 1; i >= 0; i--)
        {
            bits = (bits << 8) | value[i];
        }

        if (isUnsigned)
        {
            AppendDigits(bits, 1, text);
            return;
        }

        var unused = 64 - (8 * value.Length);
        text.Append(value.IsEmpty ? 0 : (long)(bits << unused) >> unused);
    }

    private static void AppendReal(ReadOnlySpan<byte> value, CellText text)
    {
        Span<byte> digits = stackalloc byte[32];
        var written = 0;
        if (value.Length == sizeof(float))
        {
            Utf8Formatter.TryFormat(BitConverter.ToSingle(value), digits, out written);
        }
        else if (value.Length == sizeof(double))
        {
            Utf8Formatter.TryFormat(BitConverter.ToDouble(value), digits, out written);
        }

        text.Append(digits[..written]);
    }

    private static void AppendDate(ReadOnlySpan<byte> value, bool hasTime, CellText text)
    {
        var reader = new MysqlReader(value);
        var date = value.Length >= DateBytes;
        AppendDigits(date ? reader.UInt16() : 0U, 4, text);
        text.Append("-"u8);
        AppendDigits(date ? reader.Byte() : 0U, 2, text);
        text.Append("-"u8);
        AppendDigits(date ? reader.Byte() : 0U, 2, text);
        if (hasTime || value.Length > DateBytes)
        {
            text.Append(" "u8);
            AppendClock(ref reader, value.Length >= DateTimeBytes, 0, text);
        }
    }

    private static void AppendTime(ReadOnlySpan<byte> value, CellText text)
    {
        var reader = new MysqlReader(value);
        var present = value.Length >= TimeBytes;
        if (present && reader.Byte() != 0)
        {
            text.Append("-"u8);
        }

        AppendClock(ref reader, present, present ? reader.UInt32() : 0, text);
    }

    private static void AppendClock(ref MysqlReader reader, bool present, uint days, CellText text)
    {
        AppendDigits(((ulong)days * HoursPerDay) + (present ? reader.Byte() : 0U), 2, text);
        text.Append(":"u8);
        AppendDigits(present ? reader.Byte() : 0U, 2, text);
        text.Append(":"u8);
        AppendDigits(present ? reader.Byte() : 0U, 2, text);
        if (reader.Rest.Length >= sizeof(uint))
        {
            text.Append("."u8);
            AppendDigits(reader.UInt32(), 6, text);
        }
    }

    private static void AppendBytes(ReadOnlySpan<byte> value, CellText text)
    {
        if (Utf8Text.LooksLikeText(value))
        {
            text.AppendText(value);
            return;
        }

        text.Append("0x"u8);
        var hex = "0123456789ABCDEF"u8;
        foreach (var one in value)
        {
            if (text.Room == 0)
            {
                text.MarkCut();
                return;
            }

            text.Append([hex[one >> 4], hex[one & 15]]);
        }
    }

    private static void AppendDigits(ulong value, byte width, CellText text)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out var written, new StandardFormat('D', width));
        text.Append(digits[..written]);
    }
}

/// <summary>Types of values in the binary format; those not here are text behind its length.</summary>
internal enum MysqlType : byte
{
    /// <summary>1 byte.</summary>
    Tiny = 1,

    /// <summary>2 bytes.</summary>
    Short = 2,

    /// <summary>4 bytes.</summary>
    Long = 3,

    /// <summary>4 bytes.</summary>
    Float = 4,

    /// <summary>8 bytes.</summary>
    Double = 5,

    /// <summary>No bytes.</summary>
    Null = 6,

    /// <summary>As DateTime.</summary>
    Timestamp = 7,

    /// <summary>8 bytes.</summary>
    LongLong = 8,

    /// <summary>4 bytes.</summary>
    Int24 = 9,

    /// <summary>Length; year, 2 bytes; month; day.</summary>
    Date = 10,

    /// <summary>Length; sign; days, 4 bytes; hour; minute; second; microseconds, 4 bytes.</summary>
    Time = 11,

    /// <summary>Length; date; hour; minute; second; microseconds, 4 bytes.</summary>
    DateTime = 12,

    /// <summary>2 bytes.</summary>
    Year = 13,
}
