using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using PixieOrleans.Model;

namespace PixieOrleans.Protocols.Cql;

/// <summary>Text of times, addresses and ids.</summary>
internal static class CqlTimeText
{
    private const long MaxMilliseconds = 253_402_300_799_999; // end of the year 9999
    private const long MinMilliseconds = -62_135_596_800_000; // beginning of the year 1
    private const long DaysOf1970 = 1L << 31;
    private const long NanosecondsPerDay = 86_400_000_000_000;
    private const int UuidBytes = 16;

    /// <summary>Writes a value without quotes; 0 when its type has no such text, or its length is wrong.</summary>
    public static int Format(CqlType type, ReadOnlySpan<byte> value, Span<byte> buffer) => type switch
    {
        CqlType.Timestamp when value.Length == 8 => Timestamp(BinaryPrimitives.ReadInt64BigEndian(value), buffer),
        CqlType.Date when value.Length == 4 => Date(BinaryPrimitives.ReadUInt32BigEndian(value), buffer),
        CqlType.Time when value.Length == 8 => Time(BinaryPrimitives.ReadInt64BigEndian(value), buffer),
        CqlType.Duration => Duration(value, buffer),
        CqlType.Uuid or CqlType.Timeuuid when value.Length == UuidBytes =>
            Write(new Guid(value, bigEndian: true), buffer, default),
        CqlType.Inet when value.Length is 4 or 16 =>
            Endpoint.FromNetworkBytes(value, 0).FormatAddress(buffer),
        _ => 0,
    };

    private static int Timestamp(long milliseconds, Span<byte> buffer) =>
        milliseconds is < MinMilliseconds or > MaxMilliseconds
            ? Write(milliseconds, buffer, default)
            : Write(DateTime.UnixEpoch.AddMilliseconds(milliseconds), buffer, "yyyy-MM-ddTHH:mm:ss.fffZ");

    private static int Date(uint days, Span<byte> buffer)
    {
        var since1970 = days - DaysOf1970;
        return since1970 is < MinMilliseconds / 86_400_000 or > MaxMilliseconds / 86_400_000
            ? Write(since1970, buffer, default)
            : Write(DateTime.UnixEpoch.AddDays(since1970), buffer, "yyyy-MM-dd");
    }

    private static int Time(long nanoseconds, Span<byte> buffer)
    {
        if (nanoseconds is < 0 or >= NanosecondsPerDay)
        {
            return 0;
        }

        var written = Write(TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick), buffer, "hh':'mm':'ss");
        buffer[written++] = (byte)'.';
        return written + Write(nanoseconds % 1_000_000_000, buffer[written..], "D9");
    }

    // As Cassandra prints it: 1mo2d3ns.
    private static int Duration(ReadOnlySpan<byte> value, Span<byte> buffer)
    {
        var rest = value;
        if (!ReadVint(ref rest, out var months) || !ReadVint(ref rest, out var days)
            || !ReadVint(ref rest, out var nanoseconds) || !rest.IsEmpty)
        {
            return 0;
        }

        var written = Write(months, buffer, default);
        "mo"u8.CopyTo(buffer[written..]);
        written += 2;
        written += Write(days, buffer[written..], default);
        buffer[written++] = (byte)'d';
        written += Write(nanoseconds, buffer[written..], default);
        "ns"u8.CopyTo(buffer[written..]);
        return written + 2;
    }

    // The ones that the first byte begins with count the bytes behind it; the lowest bit of the number is its sign.
    private static bool ReadVint(ref ReadOnlySpan<byte> bytes, out long value)
    {
        value = 0;
        if (bytes.IsEmpty)
        {
            return false;
        }

        var more = BitOperations.LeadingZeroCount((uint)(byte)~bytes[0] << 24);
        more = Math.Min(more, sizeof(long));
        if (bytes.Length <= more)
        {
            return false;
        }

        var number = more >= 7 ? 0UL : (ulong)(bytes[0] & (0x7f >> more));
        for (var i = 1; i <= more; i++)
        {
            number = (number << 8) | bytes[i];
        }

        bytes = bytes[(more + 1)..];
        value = (long)(number >> 1) ^ -(long)(number & 1);
        return true;
    }

    private static int Write<T>(T value, Span<byte> buffer, ReadOnlySpan<char> format)
        where T : IUtf8SpanFormattable =>
        value.TryFormat(buffer, out var written, format, CultureInfo.InvariantCulture) ? written : 0;
}
