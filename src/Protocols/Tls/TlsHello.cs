using System.Buffers.Binary;

namespace PixieOrleans.Protocols.Tls;

/// <summary>ClientHello or ServerHello; borrows the bytes that it was read from.</summary>
/// <remarks>
/// Layout: version, 2 bytes; random, 32; session id behind its length of 1; client: cipher suites behind their length
/// of 2, compression methods behind their length of 1; server: one suite of 2, one method of 1; both: extensions behind
/// their length of 2, absent in old versions. Source: RFC 8446 section 4.1.
/// </remarks>
internal readonly ref struct TlsHello
{
    private const int RandomBytes = 32;
    private const int MaxSessionIdBytes = 32;

    // A ServerHello with this random asks for another ClientHello: SHA-256 of "HelloRetryRequest".
    private static ReadOnlySpan<byte> RetryRandom =>
    [
        0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
        0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
    ];

    private TlsHello(
        ushort version, bool isRetry, ReadOnlySpan<byte> ciphers, ReadOnlySpan<byte> extensions, bool isWhole)
    {
        (Version, IsRetry, IsWhole) = (version, isRetry, isWhole);
        Ciphers = ciphers;
        Extensions = extensions;
    }

    /// <summary>Its version; from TLS 1.3 on the extension supported_versions says more.</summary>
    public ushort Version { get; }

    /// <summary>The server wants another ClientHello.</summary>
    public bool IsRetry { get; }

    /// <summary>Cipher suites, 2 bytes each; the chosen one in a ServerHello.</summary>
    public ReadOnlySpan<byte> Ciphers { get; }

    /// <summary>Extensions; see <see cref="TryTakeExtension"/>.</summary>
    public ReadOnlySpan<byte> Extensions { get; }

    /// <summary>False when its end was not captured.</summary>
    public bool IsWhole { get; }

    /// <summary>Reads the body of a hello. False when it cannot be one.</summary>
    /// <param name="body">What follows the header of the message.</param>
    /// <param name="isClient">Which of both it is.</param>
    /// <param name="isWhole">Whether the body is there up to its end.</param>
    /// <param name="hello">The hello.</param>
    public static bool TryRead(ReadOnlySpan<byte> body, bool isClient, bool isWhole, out TlsHello hello)
    {
        hello = default;
        const int FixedBytes = sizeof(ushort) + RandomBytes;
        if (body.Length <= FixedBytes || body[0] != 3 || body[FixedBytes] > MaxSessionIdBytes)
        {
            return false;
        }

        var version = BinaryPrimitives.ReadUInt16BigEndian(body);
        var isRetry = !isClient && body.Slice(sizeof(ushort), RandomBytes).SequenceEqual(RetryRandom);
        var rest = body[FixedBytes..];
        var fits = TryTake(ref rest, 1, out _);
        var ciphers = default(ReadOnlySpan<byte>);
        if (isClient)
        {
            fits = fits && TryTake(ref rest, 2, out ciphers) && TryTake(ref rest, 1, out _);
        }
        else if (fits && rest.Length > sizeof(ushort))
        {
            ciphers = rest[..sizeof(ushort)];
            rest = rest[(sizeof(ushort) + 1)..];
        }

        if ((isWhole && (!fits || ciphers.IsEmpty)) || ciphers.Length % sizeof(ushort) != 0)
        {
            return false;
        }

        var extensions = default(ReadOnlySpan<byte>);
        var hasAll = fits && (rest.IsEmpty || TryTake(ref rest, 2, out extensions));
        if (isWhole && !hasAll)
        {
            return false;
        }

        hello = new TlsHello(version, isRetry, ciphers, hasAll ? extensions : TakeRest(rest), isWhole && hasAll);
        return true;
    }

    /// <summary>Takes the next extension: type and length, 2 bytes each, then its data. False at the end.</summary>
    public static bool TryTakeExtension(
        scoped ref ReadOnlySpan<byte> rest, out ushort type, scoped out ReadOnlySpan<byte> data)
    {
        type = 0;
        data = default;
        if (rest.Length < 2 * sizeof(ushort))
        {
            return false;
        }

        type = BinaryPrimitives.ReadUInt16BigEndian(rest);
        rest = rest[sizeof(ushort)..];
        return TryTake(ref rest, sizeof(ushort), out data);
    }

    /// <summary>Takes bytes behind their length of 1 or 2 bytes.</summary>
    public static bool TryTake(
        scoped ref ReadOnlySpan<byte> rest, int lengthBytes, scoped out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (rest.Length < lengthBytes)
        {
            return false;
        }

        var length = lengthBytes == 1 ? rest[0] : BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (rest.Length - lengthBytes < length)
        {
            return false;
        }

        bytes = rest.Slice(lengthBytes, length);
        rest = rest[(lengthBytes + length)..];
        return true;
    }

    private static ReadOnlySpan<byte> TakeRest(ReadOnlySpan<byte> rest) =>
        rest.Length > sizeof(ushort) ? rest[sizeof(ushort)..] : default;
}

/// <summary>Extensions that are read.</summary>
internal static class TlsExtension
{
    /// <summary>Name of the server that the client wants.</summary>
    public const ushort ServerName = 0;

    /// <summary>Algorithms of signatures.</summary>
    public const ushort SignatureAlgorithms = 13;

    /// <summary>Protocols inside (ALPN).</summary>
    public const ushort Alpn = 16;

    /// <summary>Versions offered; the chosen one in a ServerHello.</summary>
    public const ushort SupportedVersions = 43;

    /// <summary>Whether a number is one that clients send so that servers learn to ignore numbers (RFC 8701).</summary>
    public static bool IsGrease(ushort value) => (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}
