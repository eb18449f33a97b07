using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace PixieOrleans.Model;

/// <summary>Address and port of one side of a connection, without allocation.</summary>
/// <param name="Family">IPv4, IPv6, or something without address and port.</param>
/// <param name="High">First 8 bytes of the address in network order, read big endian; IPv4 uses the upper 4
/// bytes.</param>
/// <param name="Low">Last 8 bytes of an IPv6 address in network order, read big endian.</param>
/// <param name="Port">Port in host order.</param>
public readonly record struct Endpoint(AddressFamilyKind Family, ulong High, ulong Low, ushort Port)
{
    /// <summary>Longest text of <see cref="FormatAddress"/>, in bytes.</summary>
    public const int MaxAddressTextBytes = 64;

    /// <summary>
    /// Endpoint from an address in network order: 4 bytes (IPv4) or 16 (IPv6, mapped IPv4 becomes IPv4).
    /// </summary>
    public static Endpoint FromNetworkBytes(ReadOnlySpan<byte> address, ushort port)
    {
        if (address.Length == 4)
        {
            var upper = (ulong)BinaryPrimitives.ReadUInt32BigEndian(address) << 32;
            return new Endpoint(AddressFamilyKind.IPv4, upper, 0, port);
        }

        var high = BinaryPrimitives.ReadUInt64BigEndian(address);
        var low = BinaryPrimitives.ReadUInt64BigEndian(address[8..]);
        return high == 0 && low >> 32 == 0xffff
            ? new Endpoint(AddressFamilyKind.IPv4, low << 32, 0, port)
            : new Endpoint(AddressFamilyKind.IPv6, high, low, port);
    }

    /// <summary>
    /// Writes the address's text as UTF-8 (RFC 5952 for IPv6; "-" without address); returns its length.
    /// </summary>
    public int FormatAddress(Span<byte> utf8)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        switch (Family)
        {
            case AddressFamilyKind.IPv4:
                return FormatIPv4(bytes[..4], utf8);
            case AddressFamilyKind.IPv6:
                new IPAddress(bytes).TryFormat(utf8, out var length);
                return length;
            default:
                utf8[0] = (byte)'-';
                return 1;
        }
    }

    /// <summary>By hand: an IPAddress is an allocation, and addresses are formatted per connection.</summary>
    private static int FormatIPv4(ReadOnlySpan<byte> bytes, Span<byte> utf8)
    {
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (i > 0)
            {
                utf8[length++] = (byte)'.';
            }

            bytes[i].TryFormat(utf8[length..], out var digits, default, CultureInfo.InvariantCulture);
            length += digits;
        }

        return length;
    }
}
