using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PixieOrleans.Protocols.Tls;

/// <summary>
/// JA4, a fingerprint of what a client offers: "t", version, "d" with a server name or "i" without, counts of cipher
/// suites and extensions, first and last character of the first protocol; "_", a hash of the sorted suites; "_", a hash
/// of the sorted extensions and the signature algorithms. Source: FoxIO, JA4 technical details.
/// </summary>
internal static class Ja4
{
    /// <summary>Bytes of a fingerprint.</summary>
    public const int Length = 36;

    private const int HashDigits = 12;
    private const int MaxCount = 99;
    private const int DigitsPerValue = 5; // four, and a comma

    /// <summary>Writes the fingerprint of a ClientHello that is whole.</summary>
    public static void Write(in TlsHello hello, Span<byte> text)
    {
        var values = ArrayPool<ushort>.Shared.Rent((hello.Ciphers.Length + hello.Extensions.Length) / sizeof(ushort));
        var offer = Read(hello, values);
        text[0] = (byte)'t';
        WriteVersion(offer.Version, text[1..]);
        text[3] = (byte)(offer.HasServerName ? 'd' : 'i');
        WriteCount(offer.Extensions, text[6..]);
        WriteProtocol(offer.Protocol, text[8..]);
        text[10] = text[23] = (byte)'_';
        var extensions = values.AsSpan(0, offer.Hashed);
        extensions.Sort();
        WriteHash(extensions, offer.Algorithms, text[24..]);
        var ciphers = values.AsSpan(0, CopyWithoutGrease(hello.Ciphers, values));
        WriteCount(ciphers.Length, text[4..]);
        ciphers.Sort();
        WriteHash(ciphers, default, text[11..]);
        ArrayPool<ushort>.Shared.Return(values);
    }

    private static Offer Read(in TlsHello hello, Span<ushort> hashed)
    {
        var offer = new Offer { Version = hello.Version };
        var rest = hello.Extensions;
        while (TlsHello.TryTakeExtension(ref rest, out var type, out var data))
        {
            if (TlsExtension.IsGrease(type))
            {
                continue;
            }

            offer.Extensions++;
            switch (type)
            {
                case TlsExtension.ServerName:
                    offer.HasServerName = true;
                    continue;
                case TlsExtension.Alpn:
                    if (TlsHello.TryTake(ref data, sizeof(ushort), out var protocols))
                    {
                        TlsHello.TryTake(ref protocols, 1, out var first);
                        offer.Protocol = first;
                    }

                    continue;
                case TlsExtension.SignatureAlgorithms:
                    TlsHello.TryTake(ref data, sizeof(ushort), out var algorithms);
                    offer.Algorithms = algorithms;
                    break;
                case TlsExtension.SupportedVersions:
                    offer.Version = Highest(data, offer.Version);
                    break;
            }

            hashed[offer.Hashed++] = type;
        }

        return offer;
    }

    private static ushort Highest(ReadOnlySpan<byte> data, ushort otherwise)
    {
        var highest = (ushort)0;
        for (TlsHello.TryTake(ref data, 1, out var versions); versions.Length >= 2; versions = versions[2..])
        {
            var version = BinaryPrimitives.ReadUInt16BigEndian(versions);
            highest = TlsExtension.IsGrease(version) ? highest : Math.Max(highest, version);
        }

        return highest == 0 ? otherwise : highest;
    }

    private static void WriteVersion(ushort version, Span<byte> text)
    {
        var digits = version switch
        {
            0x0304 => "13"u8,
            0x0303 => "12"u8,
            0x0302 => "11"u8,
            0x0301 => "10"u8,
            0x0300 => "s3"u8,
            _ => "00"u8,
        };
        digits.CopyTo(text);
    }

    private static void WriteCount(int count, Span<byte> text)
    {
        count = Math.Min(count, MaxCount);
        (text[0], text[1]) = ((byte)('0' + (count / 10)), (byte)('0' + (count % 10)));
    }

    // Of the hexadecimal digits instead when an end is no letter or digit.
    private static void WriteProtocol(ReadOnlySpan<byte> protocol, Span<byte> text)
    {
        if (protocol.IsEmpty)
        {
            "00"u8.CopyTo(text);
            return;
        }

        var hex = "0123456789abcdef"u8;
        var isText = char.IsAsciiLetterOrDigit((char)protocol[0]) && char.IsAsciiLetterOrDigit((char)protocol[^1]);
        text[0] = isText ? protocol[0] : hex[protocol[0] >> 4];
        text[1] = isText ? protocol[^1] : hex[protocol[^1] & 15];
    }

    private static int CopyWithoutGrease(ReadOnlySpan<byte> bytes, Span<ushort> values)
    {
        var count = 0;
        for (; bytes.Length >= sizeof(ushort); bytes = bytes[sizeof(ushort)..])
        {
            values[count] = BinaryPrimitives.ReadUInt16BigEndian(bytes);
            count += TlsExtension.IsGrease(values[count]) ? 0 : 1;
        }

        return count;
    }

    // First digits of SHA-256 of "v,v,v" or "v,v,v_a,a"; zeros without values.
    private static void WriteHash(ReadOnlySpan<ushort> values, ReadOnlySpan<byte> others, Span<byte> text)
    {
        if (values.IsEmpty)
        {
            text[..HashDigits].Fill((byte)'0');
            return;
        }

        var list = ArrayPool<byte>.Shared.Rent((values.Length + (others.Length / sizeof(ushort))) * DigitsPerValue);
        var length = 0;
        foreach (var value in values)
        {
            length += WriteValue(value, length == 0 ? default : (byte)',', list.AsSpan(length));
        }

        var mark = (byte)'_';
        for (; others.Length >= sizeof(ushort); others = others[sizeof(ushort)..])
        {
            var value = BinaryPrimitives.ReadUInt16BigEndian(others);
            if (!TlsExtension.IsGrease(value))
            {
                length += WriteValue(value, mark, list.AsSpan(length));
                mark = (byte)',';
            }
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(list.AsSpan(0, length), hash);
        Convert.TryToHexStringLower(hash[..(HashDigits / 2)], text, out _);
        ArrayPool<byte>.Shared.Return(list);
    }

    private static int WriteValue(ushort value, byte mark, Span<byte> text)
    {
        var at = 0;
        if (mark != 0)
        {
            text[at++] = mark;
        }

        Convert.TryToHexStringLower([(byte)(value >> 8), (byte)value], text[at..], out var written);
        return at + written;
    }

    private ref struct Offer
    {
        public ushort Version;
        public bool HasServerName;
        public int Extensions; // without those of RFC 8701
        public int Hashed; // of them, those that count for the hash
        public ReadOnlySpan<byte> Protocol;
        public ReadOnlySpan<byte> Algorithms;
    }
}
