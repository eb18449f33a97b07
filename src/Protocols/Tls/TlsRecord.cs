using System.Buffers.Binary;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Tls;

/// <summary>Head of a record of TLS.</summary>
/// <remarks>
/// Layout: content type, 1 byte; version, 2 (3 and a small number); length, 2, big endian; the content. Source: RFC
/// 8446 section 5.1.
/// </remarks>
internal static class TlsRecord
{
    /// <summary>Bytes of a head.</summary>
    public const int HeaderBytes = 5;

    private const int MaxContentBytes = (1 << 14) + 2048; // with what old ciphers add (RFC 5246 section 6.2.3)
    private const byte MajorVersion = 3;
    private const byte MaxMinorVersion = 4;

    /// <summary>Reads the head at the beginning of <paramref name="data"/>.</summary>
    public static FrameHead ReadHead(ReadOnlySpan<byte> data)
    {
        if ((data.Length > 0 && !IsContentType(data[0]))
            || (data.Length > 1 && data[1] != MajorVersion)
            || (data.Length > 2 && data[2] > MaxMinorVersion))
        {
            return FrameHead.Invalid;
        }

        if (data.Length < HeaderBytes)
        {
            return FrameHead.NeedMoreData;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(data[3..]);
        var isEmpty = length == 0 && (TlsContent)data[0] != TlsContent.ApplicationData;
        return isEmpty || length > MaxContentBytes ? FrameHead.Invalid : FrameHead.Of((ulong)(HeaderBytes + length));
    }

    private static bool IsContentType(byte value) =>
        (TlsContent)value is >= TlsContent.ChangeCipherSpec and <= TlsContent.Heartbeat;
}

/// <summary>Content types of records.</summary>
internal enum TlsContent : byte
{
    /// <summary>What follows is encrypted.</summary>
    ChangeCipherSpec = 20,

    /// <summary>A warning, or the reason of an end.</summary>
    Alert = 21,

    /// <summary>Messages of the handshake.</summary>
    Handshake = 22,

    /// <summary>Data, and in TLS 1.3 everything else that is encrypted.</summary>
    ApplicationData = 23,

    /// <summary>Signs of life (RFC 6520).</summary>
    Heartbeat = 24,
}
