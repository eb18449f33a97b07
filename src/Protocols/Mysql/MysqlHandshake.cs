namespace PixieOrleans.Protocols.Mysql;

/// <summary>What the sides agree on at the beginning of a connection; the bits that change what follows.</summary>
/// <remarks>Source: MySQL internals, "Capability Flags"; MariaDB, "Connection".</remarks>
[Flags]
internal enum MysqlCapabilities : uint
{
    /// <summary>None, or not known.</summary>
    None = 0,

    /// <summary>Packets inside of compressed ones after the login.</summary>
    Compress = 1 << 5,

    /// <summary>The messages as of version 4.1.</summary>
    Protocol41 = 1 << 9,

    /// <summary>TLS from here on.</summary>
    Ssl = 1 << 11,

    /// <summary>The server may leave out the definitions of columns.</summary>
    OptionalMetadata = 1 << 25,

    /// <summary>As Compress, by zstd.</summary>
    CompressZstd = 1 << 26,

    /// <summary>Parameters before the text of a query.</summary>
    QueryAttributes = 1 << 27,
}

/// <summary>Messages of the handshake.</summary>
/// <remarks>
/// Greeting: protocol version 9 or 10; server version, text that ends with a zero; connection number; challenge; ...
/// Login: capabilities, 4 bytes; largest packet, 4; character set, 1; reserved, 23 (the last four are MariaDB's);
/// user, text that ends with a zero; ... The wish for TLS is the login up to the user.
/// </remarks>
internal static class MysqlHandshake
{
    /// <summary>Bytes of a login up to the user: all of a wish for TLS.</summary>
    public const int LoginBytes = 32;

    private const int MaxBytes = 64 << 10; // of any message of a handshake
    private const int MinGreetingBytes = 20;
    private const int MaxGreetingBytes = 1024;
    private const int MaxVersionBytes = 128;
    private const int ReservedStart = 9;
    private const int ReservedEnd = 28;

    /// <summary>Whether a payload of this length can be part of a handshake.</summary>
    public static bool Allows(int length) => length <= MaxBytes;

    /// <summary>Whether the payload begins like the server's first message, as far as it is there.</summary>
    public static bool IsGreeting(ReadOnlySpan<byte> payload, int length)
    {
        if (length is < MinGreetingBytes or > MaxGreetingBytes || payload is not [9 or 10, ..])
        {
            return false;
        }

        if (payload.Length > 1 && !char.IsAsciiDigit((char)payload[1]))
        {
            return false;
        }

        var version = payload[1..];
        var end = version.IndexOf((byte)0);
        version = end < 0 ? version : version[..end];
        return version.Length <= MaxVersionBytes && !version.ContainsAnyExceptInRange((byte)' ', (byte)'~');
    }

    /// <summary>Whether the payload begins like the client's first message.</summary>
    public static bool IsLogin(ReadOnlySpan<byte> payload, int length) =>
        length >= LoginBytes && Allows(length) && payload.Length >= LoginBytes
        && (Capabilities(payload) & MysqlCapabilities.Protocol41) != 0
        && payload[ReservedStart..ReservedEnd].IndexOfAnyExcept((byte)0) < 0;

    /// <summary>What the client wants, of a login.</summary>
    public static MysqlCapabilities Capabilities(ReadOnlySpan<byte> login) =>
        (MysqlCapabilities)new MysqlReader(login).UInt32();
}
