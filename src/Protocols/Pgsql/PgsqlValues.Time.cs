using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Pgsql;

/// <summary>Numbers of any precision, dates and times.</summary>
internal static partial class PgsqlValues
{
    private const long MicrosecondsPerSecond = 1_000_000;
    private const long MicrosecondsPerDay = 86_400 * MicrosecondsPerSecond;
    private const int MonthsPerYear = 12;
    private const ushort NumericNegative = 0x4000;
    private const ushort NumericNan = 0xc000;
    private const ushort NumericInfinity = 0xd000;
    private const ushort NumericNegativeInfinity = 0xf000;

    private static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static void WriteDate(ref PgsqlReader reader, CellText text)
    {
        var days = reader.ReadInt32();
        if (days is int.MaxValue or int.MinValue)
        {
            text.Append(days > 0 ? "infinity"u8 : "-infinity"u8);
        }
        else if (!reader.Failed && !WriteDay(days, text))
        {
            text.Append(days); // outside the years 1 to 9999
        }
    }

    private static void WriteTimestamp(ref PgsqlReader reader, CellText text) => WriteMoment(ref reader, text, ""u8);

    private static void WriteTimestampTz(ref PgsqlReader reader, CellText text) =>
        WriteMoment(ref reader, text, "+00"u8);

    private static void WriteMoment(ref PgsqlReader reader, CellText text, ReadOnlySpan<byte> zone)
    {
        var time = reader.ReadInt64();
        if (reader.Failed)
        {
            return;
        }

        if (time is long.MaxValue or long.MinValue)
        {
            text.Append(time > 0 ? "infinity"u8 : "-infinity"u8);
            return;
        }

        var (days, rest) = Math.DivRem(time, MicrosecondsPerDay);
        (days, rest) = rest < 0 ? (days - 1, rest + MicrosecondsPerDay) : (days, rest);
        if (!WriteDay(days, text))
        {
            text.Append(time); // outside the years 1 to 9999
            return;
        }

        text.Append(" "u8);
        WriteTime(rest, text);
        text.Append(zone);
    }

    private static bool WriteDay(long days, CellText text)
    {
        if (days < (DateTime.MinValue - Epoch).Days || days > (DateTime.MaxValue - Epoch).Days)
        {
            return false;
        }

        Span<byte> utf8 = stackalloc byte[16];
        Epoch.AddDays(days).TryFormat(utf8, out var written, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        text.Append(utf8[..written]);
        return true;
    }

    private static void WriteTime(long microseconds, CellText text)
    {
        var (seconds, fraction) = Math.DivRem(microseconds, MicrosecondsPerSecond);
        WriteTwoDigits(seconds / 3600, text);
        text.Append(":"u8);
        WriteTwoDigits(seconds / 60 % 60, text);
        text.Append(":"u8);
        WriteTwoDigits(seconds % 60, text);
        if (fraction > 0)
        {
            Span<byte> digits = stackalloc byte[6];
            Utf8Formatter.TryFormat(fraction, digits, out _, new('D', 6));
            text.Append("."u8);
            text.Append(digits.TrimEnd((byte)'0'));
        }
    }

    private static void WriteTwoDigits(long value, CellText text)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(Math.Abs(value), digits, out var written, new('D', 2));
        text.Append(digits[..written]);
    }

    private static void WriteInterval(ref PgsqlReader reader, CellText text)
    {
        var (time, days, months) = (reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt32());
        WritePart(months / MonthsPerYear, " years "u8, text);
        WritePart(months % MonthsPerYear, " mons "u8, text);
        WritePart(days, " days "u8, text);
        text.Append(time < 0 ? "-"u8 : ""u8);
        WriteTime(time == long.MinValue ? long.MaxValue : Math.Abs(time), text);
    }

    private static void WritePart(int value, ReadOnlySpan<byte> unit, CellText text)
    {
        if (value != 0)
        {
            text.Append(value);
            text.Append(unit);
        }
    }

    // Digits of base 10,000; the first one counts 10,000 ^ weight; scale is the number of decimals shown.
    private static void WriteNumeric(ref PgsqlReader reader, CellText text)
    {
        int count = reader.ReadInt16();
        int weight = reader.ReadInt16();
        var sign = (ushort)reader.ReadInt16();
        int scale = reader.ReadInt16();
        var digits = reader.ReadBytes(Math.Max(0, count) * sizeof(short));
        switch (sign)
        {
            case NumericNan:
                text.Append("NaN"u8);
                return;
            case NumericInfinity or NumericNegativeInfinity:
                text.Append(sign == NumericInfinity ? "Infinity"u8 : "-Infinity"u8);
                return;
            default:
                text.Append(sign == NumericNegative ? "-"u8 : ""u8);
                break;
        }

        Span<byte> four = stackalloc byte[4];
        text.Append(weight < 0 ? "0"u8 : ""u8);
        for (var i = 0; i <= weight && !text.IsCut; i++)
        {
            Utf8Formatter.TryFormat(Digit(digits, i), four, out _, new('D', 4));
            var start = i == 0 ? Math.Min(3, 4 - four.TrimStart((byte)'0').Length) : 0;
            text.Append(four[start..]);
        }

        text.Append(scale > 0 ? "."u8 : ""u8);
        for (var i = weight + 1; scale > 0 && !text.IsCut; i++, scale -= 4)
        {
            Utf8Formatter.TryFormat(Digit(digits, i), four, out _, new('D', 4));
            text.Append(four[..Math.Min(4, scale)]);
        }
    }

    private static ushort Digit(ReadOnlySpan<byte> digits, int index) =>
        index < 0 || index >= digits.Length / sizeof(short)
            ? (ushort)0
            : Math.Min((ushort)9999, BinaryPrimitives.ReadUInt16BigEndian(digits[(index * sizeof(short))..]));
}
