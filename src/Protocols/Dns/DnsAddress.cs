using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Dns;

/// <summary>Texts of addresses, without an object per address.</summary>
internal static class DnsAddress
{
    /// <summary>Bytes of an IPv4 address.</summary>
    public const int Ipv4Bytes = 4;

    /// <summary>Bytes of an IPv6 address.</summary>
    public const int Ipv6Bytes = 16;

    private const int Groups = 8;

    /// <summary>Appends a dotted address.</summary>
    public static void WriteIpv4(ReadOnlySpan<byte> address, ref PooledBuffer text)
    {
        for (var i = 0; i < Ipv4Bytes; i++)
        {
            text.Append(i == 0 ? default : "."u8);
            WriteNumber(address[i], default, ref text);
        }
    }

    /// <summary>Appends the form of RFC 5952: the first of the longest runs of zeros left out, small letters.</summary>
    public static void WriteIpv6(ReadOnlySpan<byte> address, ref PooledBuffer text)
    {
        if (address[..10].IndexOfAnyExcept((byte)0) < 0 && address[10] == 0xff && address[11] == 0xff)
        {
            text.Append("::ffff:"u8);
            WriteIpv4(address[12..], ref text);
            return;
        }

        var (from, length) = LongestZeros(address);
        for (var i = 0; i < Groups; i++)
        {
            if (i == from && length > 1)
            {
                text.Append("::"u8);
                i += length - 1;
                continue;
            }

            text.Append(i == 0 || (length > 1 && i == from + length) ? default : ":"u8);
            WriteNumber(BinaryPrimitives.ReadUInt16BigEndian(address[(2 * i)..]), new StandardFormat('x'), ref text);
        }
    }

    /// <summary>Appends a number in decimal digits, or hexadecimal ones with format "x".</summary>
    public static void WriteNumber(uint value, StandardFormat format, ref PooledBuffer text)
    {
        const int MaxDigits = 10;
        Utf8Formatter.TryFormat(value, text.GetSpan(MaxDigits), out var written, format);
        text.Advance(written);
    }

    private static (int From, int Length) LongestZeros(ReadOnlySpan<byte> address)
    {
        var (from, length, run) = (0, 0, 0);
        for (var i = 0; i < Groups; i++)
        {
            run = address[2 * i] == 0 && address[(2 * i) + 1] == 0 ? run + 1 : 0;
            if (run > length)
            {
                (from, length) = (i - run + 1, run);
            }
        }

        return (from, length);
    }
}
