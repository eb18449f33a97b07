using System.Buffers.Binary;
using System.Net;
using System.Text;
using PixieOrleans.Exec.Kernels.Requests.Personal;

namespace PixieOrleans.Exec.Kernels.Requests.Networks;

/// <summary>Addresses as text. IPv4 is dotted decimal with all four parts and nothing else.</summary>
internal static class AddressText
{
    private const int MaxLength = 64; // bytes; of an IPv6 address with a zone 60
    private static readonly UInt128 Mapped = (UInt128)0xFFFF << 32; // RFC 4291, 2.5.5.2

    /// <summary>Reads an address into the bits of an IPv6 address.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out UInt128 bits)
    {
        if (TryReadIPv4(text, out var value))
        {
            bits = Mapped | value;
            return true;
        }

        bits = 0;
        if (text.Length > MaxLength || !text.Contains((byte)':') || !TryParse(text, out var address))
        {
            return false;
        }

        bits = BitsOf(address);
        return true;
    }

    /// <summary>Reads an address as an object, or null.</summary>
    public static IPAddress? Read(ReadOnlySpan<byte> text)
    {
        if (!TryRead(text, out var bits))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, bits);
        return bits >> 32 == Mapped >> 32 ? new IPAddress(bytes[12..]) : new IPAddress(bytes);
    }

    /// <summary>The bits of an address, IPv4 as a mapped address.</summary>
    public static UInt128 BitsOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static bool TryReadIPv4(ReadOnlySpan<byte> text, out uint value)
    {
        value = 0;
        if (text.Length is < 7 or > 15 || AddressPatterns.MatchIPv4(text, 0) != text.Length)
        {
            return false;
        }

        uint part = 0;
        foreach (var letter in text)
        {
            if (letter == '.')
            {
                (value, part) = ((value << 8) | part, 0);
            }
            else
            {
                part = (10 * part) + letter - '0';
            }
        }

        value = (value << 8) | part;
        return true;
    }

    private static bool TryParse(ReadOnlySpan<byte> text, out IPAddress address)
    {
        Span<char> letters = stackalloc char[MaxLength];
        var length = Encoding.UTF8.GetChars(text, letters);
        var isAddress = IPAddress.TryParse(letters[..length], out var found);
        address = found!;
        return isAddress;
    }
}
