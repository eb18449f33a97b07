using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.NodeProbe.Sockets.Ingest;

/// <summary>What is done with a connection's payload.</summary>
internal enum PayloadState
{
    /// <summary>Goes to a session as soon as the protocol is known.</summary>
    Wanted,

    /// <summary>Not parsed any more: demoted, upgraded, or not of a traced role.</summary>
    Ignored,
}

/// <summary>
/// User-space state of one connection. Owned by its shard's <see cref="ConnectionTable"/>, which reuses it.
/// </summary>
internal sealed class Connection
{
    /// <summary>A base that the first payload decides: the session started in the middle.</summary>
    public const ulong UnknownBase = ulong.MaxValue;

    /// <summary>The connection.</summary>
    public KernelConnectionId Id;

    /// <summary>Own side; unspecified until an open event told.</summary>
    public Endpoint Local;

    /// <summary>Peer.</summary>
    public Endpoint Remote;

    /// <summary>Role as known so far.</summary>
    public Role Role;

    /// <summary>Properties as the kernel told.</summary>
    public ConnectionFlags Flags;

    /// <summary>What is done with the payload.</summary>
    public PayloadState Payload;

    /// <summary>True when the payload is what a TLS library reads and writes, no more the socket's bytes.</summary>
    public bool Plaintext;

    /// <summary>True when an earlier session was dropped: the next one starts in the middle.</summary>
    public bool Resumed;

    /// <summary>Parses the payload; null before the first payload.</summary>
    public IProtocolSession? Session;

    /// <summary>Protocol of the session.</summary>
    public byte Protocol;

    /// <summary>What the session knows; null without session.</summary>
    public SessionContext? Context;

    /// <summary>End of the payload seen, egress.</summary>
    public ulong SentEnd;

    /// <summary>End of the payload seen, ingress.</summary>
    public ulong ReceivedEnd;

    /// <summary>
    /// Position that is 0 for the session, egress; <see cref="UnknownBase"/> until its first payload.
    /// </summary>
    public ulong SentBase;

    /// <summary>As <see cref="SentBase"/>, ingress.</summary>
    public ulong ReceivedBase;

    /// <summary>Bytes that the session held when last asked.</summary>
    public long RetainedBytes;

    /// <summary>Time of the last event, ns since 1970.</summary>
    public long LastEventNs;

    /// <summary>Next older connection; kept by the table.</summary>
    public Connection? Older;

    /// <summary>Next newer connection; kept by the table.</summary>
    public Connection? Newer;

    /// <summary>Ends of the payload seen.</summary>
    public (ulong Sent, ulong Received) Seen => (SentEnd, ReceivedEnd);

    /// <summary>True when the addresses are known.</summary>
    public bool HasAddresses => Local.Family != AddressFamilyKind.Unspecified;

    /// <summary>Takes note of payload; returns its position as the session counts.</summary>
    public ulong Advance(Direction direction, ulong position, int bytes)
    {
        var end = position + (ulong)bytes;
        if (direction == Direction.Egress)
        {
            SentEnd = Math.Max(SentEnd, end);
            SentBase = SentBase == UnknownBase ? position : SentBase;
            return position - Math.Min(SentBase, position);
        }

        ReceivedEnd = Math.Max(ReceivedEnd, end);
        ReceivedBase = ReceivedBase == UnknownBase ? position : ReceivedBase;
        return position - Math.Min(ReceivedBase, position);
    }

    /// <summary>Sets which position of a direction is 0 for the session.</summary>
    public void SetBase(Direction direction, ulong position)
    {
        ref var start = ref (direction == Direction.Egress ? ref SentBase : ref ReceivedBase);
        start = position;
    }

    /// <summary>From now on the payload is what a TLS library reads and writes; it is counted from 0.</summary>
    public void BecomePlaintext(ConnectionFlags flags)
    {
        (Plaintext, Payload, Resumed) = (true, PayloadState.Wanted, false);
        (SentEnd, ReceivedEnd) = (0, 0);
        Flags |= flags;
    }

    /// <summary>Bytes sent and received at the end; of plaintext only what was seen is known.</summary>
    public (ulong Sent, ulong Received) Totals(in ConnectionEvent close) =>
        Plaintext ? Seen : (close.BytesSent, close.BytesReceived);

    /// <summary>Forgets everything, for reuse.</summary>
    public void Reset()
    {
        Id = default;
        (Local, Remote, Role, Flags) = (default, default, Role.None, ConnectionFlags.None);
        (Payload, Plaintext, Resumed) = (PayloadState.Wanted, false, false);
        (Session, Context) = (null, null);
        (SentEnd, ReceivedEnd, SentBase, ReceivedBase) = (0, 0, 0, 0);
        (RetainedBytes, LastEventNs) = (0, 0);
        (Older, Newer) = (null, null);
    }
}
