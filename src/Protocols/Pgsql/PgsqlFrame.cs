using System.Buffers.Binary;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Pgsql;

/// <summary>Who sends the bytes of a direction.</summary>
internal enum PgsqlSender : byte
{
    /// <summary>Not known yet.</summary>
    Unknown,

    /// <summary>The client.</summary>
    Client,

    /// <summary>The server.</summary>
    Server,
}

/// <summary>Heads of the messages of the PostgreSQL protocol 3.0.</summary>
/// <remarks>
/// Layout: tag, 1 byte; length, int32 big endian, counting itself but not the tag; body, length - 4 bytes. The first
/// messages of a client have no tag: length, int32; code, int32 (protocol version, or a request to encrypt or cancel).
/// Source: PostgreSQL documentation, chapter "Message Formats".
/// </remarks>
internal static class PgsqlFrame
{
    /// <summary>Bytes before the body of a tagged message.</summary>
    public const int HeaderLength = 5;

    /// <summary>Bytes before the body of a message without tag.</summary>
    public const int StartupHeaderLength = 8;

    /// <summary>Code of a request to cancel a query of another connection.</summary>
    public const int CancelCode = 80877102;

    /// <summary>Code of a request to go on with TLS.</summary>
    public const int TlsCode = 80877103;

    /// <summary>Code of a request to go on encrypted by GSS.</summary>
    public const int GssCode = 80877104;

    private const int MaxStartupLength = 10_000; // bytes; the server's bound
    private const int MaxBoundaryLength = 16 << 20; // bytes; longer frames are not believed when looking for a boundary
    private const int ChainFrames = 3; // that follow one another are no accident

    /// <summary>Reads the head of a tagged message.</summary>
    public static FrameHead ReadHead(ReadOnlySpan<byte> data, PgsqlSender sender)
    {
        if (data.IsEmpty)
        {
            return FrameHead.NeedMoreData;
        }

        var client = PgsqlMessages.Find(data[0], fromClient: true);
        var server = PgsqlMessages.Find(data[0], fromClient: false);
        var mayBeClient = sender != PgsqlSender.Server && client.Name is not null;
        var mayBeServer = sender != PgsqlSender.Client && server.Name is not null;
        if (!mayBeClient && !mayBeServer)
        {
            return FrameHead.Invalid; // before asking for more: a misaligned stream is noticed at its first byte
        }

        if (data.Length < HeaderLength)
        {
            return FrameHead.NeedMoreData;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(data[1..]);
        return (mayBeClient && Fits(client, length)) || (mayBeServer && Fits(server, length))
            ? FrameHead.Of(1 + (ulong)length)
            : FrameHead.Invalid;
    }

    /// <summary>Reads the head of a message without tag.</summary>
    public static FrameHead ReadStartupHead(ReadOnlySpan<byte> data)
    {
        if (data.Length < StartupHeaderLength)
        {
            return data.IsEmpty || data[0] == 0 ? FrameHead.NeedMoreData : FrameHead.Invalid;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(data);
        var code = BinaryPrimitives.ReadInt32BigEndian(data[sizeof(int)..]);
        var valid = code switch
        {
            TlsCode or GssCode => length == StartupHeaderLength,
            CancelCode => length is >= 16 and <= 268, // process and a key of 4 to 256 bytes
            _ => code >> 16 == 3 && (code & 0xffff) < 10_000 && length is > StartupHeaderLength and <= MaxStartupLength,
        };
        return valid ? FrameHead.Of((ulong)length) : FrameHead.Invalid;
    }

    /// <summary>
    /// Where a message may start: where whole messages follow one another to the end of the data or several times, or
    /// at its first byte.
    /// </summary>
    public static int FindBoundary(ReadOnlySpan<byte> data, PgsqlSender sender)
    {
        for (var start = 0; start < data.Length; start++)
        {
            if (IsChain(data[start..], sender, start == 0))
            {
                return start;
            }
        }

        return -1;
    }

    /// <summary>Who sends a message with this head; unknown when both may.</summary>
    public static PgsqlSender SenderOf(ReadOnlySpan<byte> frame)
    {
        if (frame[0] == 0)
        {
            return PgsqlSender.Client;
        }

        var client = ReadHead(frame, PgsqlSender.Client).Status == ParseStatus.Success;
        var server = ReadHead(frame, PgsqlSender.Server).Status == ParseStatus.Success;
        return client == server ? PgsqlSender.Unknown : client ? PgsqlSender.Client : PgsqlSender.Server;
    }

    /// <summary>Whether a side sends messages that begin like this.</summary>
    public static bool MayBeFrom(byte first, bool fromClient) =>
        first == 0 ? fromClient : PgsqlMessages.Find(first, fromClient).Name is not null;

    private static bool IsChain(ReadOnlySpan<byte> data, PgsqlSender sender, bool first)
    {
        for (var frames = 0; frames < ChainFrames; frames++)
        {
            if (data.IsEmpty)
            {
                return frames > 0;
            }

            var head = ReadHead(data, sender);
            if (head.Status != ParseStatus.Success || head.Length > MaxBoundaryLength)
            {
                return false;
            }

            if (head.Length > (ulong)data.Length)
            {
                return first || frames > 0;
            }

            data = data[(int)head.Length..];
        }

        return true;
    }

    private static bool Fits(PgsqlMessageRule rule, int length) =>
        length >= rule.MinLength && length <= rule.MaxLength;
}
