using PixieOrleans.Model;

namespace PixieOrleans.Protocols.Sessions;

/// <summary>What becomes of a session after a call.</summary>
public enum SessionState
{
    /// <summary>Goes on.</summary>
    Active,

    /// <summary>The protocol ended inside the connection (an upgrade); further bytes are counted, not parsed.</summary>
    EndOfStream,

    /// <summary>The sides go on with a handshake of TLS; the owner may start a session of that.</summary>
    Encrypted,

    /// <summary>
    /// The payload of this call begins a handshake of TLS and was not taken; the owner may give it to a session of
    /// that.
    /// </summary>
    HandshakeBegan,

    /// <summary>The bytes keep failing: the inference was wrong. The owner demotes the connection.</summary>
    Failed,
}

/// <summary>
/// Both directions of one connection, from payload to rows. Used by one thread. Spans are borrowed for the call.
/// </summary>
public interface IProtocolSession : IDisposable
{
    /// <summary>Current state.</summary>
    SessionState State { get; }

    /// <summary>Bytes that the session holds on to (streams, pending frames).</summary>
    long RetainedBytes { get; }

    /// <summary>Takes payload.</summary>
    /// <param name="direction">Direction, seen from the traced process.</param>
    /// <param name="position">Of the first byte in its direction, from the connection's first sight. A jump is a gap;
    /// positions before the end of what was taken are repeats and ignored.</param>
    /// <param name="timeNs">When the call returned, ns since 1970.</param>
    /// <param name="payload">The bytes; none when all that is known is that those before the position passed.</param>
    void OnData(Direction direction, ulong position, long timeNs, ReadOnlySpan<byte> payload);

    /// <summary>The connection ended. Totals show a gap at the tail; until-close bodies end here.</summary>
    void OnClose(long timeNs, ulong sentBytes, ulong receivedBytes);

    /// <summary>
    /// Called about once a second: gives up on stuck streams, expires requests that stay without answer.
    /// </summary>
    void OnTick(long nowNs);
}

/// <summary>What a session knows of its connection, and where it writes. Shared by owner and session.</summary>
public sealed class SessionContext
{
    /// <summary>The connection.</summary>
    public required ConnectionId Id { get; init; }

    /// <summary>Own side.</summary>
    public required Endpoint Local { get; set; }

    /// <summary>Peer.</summary>
    public required Endpoint Remote { get; set; }

    /// <summary>Role of the traced process; None until known. A session sets it from the first message.</summary>
    public Role Role { get; set; }

    /// <summary>True when the payload comes from a TLS library.</summary>
    public bool Encrypted { get; init; }

    /// <summary>True when the connection is older than the tracer.</summary>
    public bool Midstream { get; init; }

    /// <summary>True when each chunk of payload is a datagram.</summary>
    public bool IsDatagram { get; init; }

    /// <summary>Takes the rows of the protocol's table.</summary>
    public required IRowWriter Rows { get; init; }

    /// <summary>Counters of the shard and protocol.</summary>
    public required SessionCounters Counters { get; init; }
}
