namespace PixieOrleans.NodeProbe.Sockets;

/// <summary>What the kernel side could not deliver or wants known, per cause; enum pxo_counter.</summary>
internal enum SocketProbeCounter
{
    /// <summary>Ring full: OPEN events.</summary>
    LostOpen = 0,

    /// <summary>Ring full: DATA events.</summary>
    LostData = 1,

    /// <summary>Payload bytes of <see cref="LostData"/>.</summary>
    LostDataBytes = 2,

    /// <summary>Ring full: CLOSE events.</summary>
    LostClose = 3,

    /// <summary>Calls on a socket that found the connection map full.</summary>
    ConnectionsFull = 4,

    /// <summary>Datagrams whose peer found the map of UDP peers full.</summary>
    PeersFull = 5,

    /// <summary>Pieces of payload or arguments in user memory that was not readable.</summary>
    UserFault = 6,

    /// <summary>Calls with more pieces than one call may send.</summary>
    VectorCut = 7,

    /// <summary>Bytes over the cap per call, or without user memory (sendfile, splice).</summary>
    CallCutBytes = 8,

    /// <summary>Bytes of the call at which a connection reached its cap.</summary>
    ConnectionCutBytes = 9,

    /// <summary>Connections whose protocol was not recognised in the calls looked at.</summary>
    Unrecognised = 10,

    /// <summary>File descriptors found with another socket although no close was seen.</summary>
    ReuseSeen = 11,

    /// <summary>Calls of io_uring_setup: what goes through the ring is not seen.</summary>
    IoUring = 12,

    /// <summary>Processes that exited with sockets beyond the descriptors that the exit hook looks at.</summary>
    ExitUnswept = 13,

    /// <summary>Messages over the cap of one sendmmsg or recvmmsg.</summary>
    MessagesCut = 14,

    /// <summary>Events of a shard without a ring.</summary>
    NoRing = 15,

    /// <summary>Calls of a TLS library whose connection was not known: their plaintext is lost.</summary>
    TlsUnlinked = 16,

    /// <summary>Returns of a TLS library to another stack than that of the thread's last entry.</summary>
    TlsOtherStack = 17,

    /// <summary>Ring of news full: programs and libraries that came into use.</summary>
    LostNews = 18,
}

/// <summary>How the counters are shown.</summary>
internal static class SocketProbeCounters
{
    /// <summary>The cause in words.</summary>
    internal static string Title(this SocketProbeCounter counter) => counter switch
    {
        SocketProbeCounter.LostOpen => "ring full: open",
        SocketProbeCounter.LostData => "ring full: data",
        SocketProbeCounter.LostDataBytes => "ring full: data bytes",
        SocketProbeCounter.LostClose => "ring full: close",
        SocketProbeCounter.ConnectionsFull => "connection map full: calls",
        SocketProbeCounter.PeersFull => "peer map full: datagrams",
        SocketProbeCounter.UserFault => "user memory not readable: pieces",
        SocketProbeCounter.VectorCut => "too many vectors: calls",
        SocketProbeCounter.CallCutBytes => "cap per call, or no user memory: bytes",
        SocketProbeCounter.ConnectionCutBytes => "cap per connection: bytes",
        SocketProbeCounter.Unrecognised => "protocol not recognised: connections",
        SocketProbeCounter.ReuseSeen => "descriptor reused without close: connections",
        SocketProbeCounter.IoUring => "io_uring set up: calls",
        SocketProbeCounter.ExitUnswept => "exit with descriptors beyond 1024: processes",
        SocketProbeCounter.MessagesCut => "too many messages: messages",
        SocketProbeCounter.TlsUnlinked => "TLS call of an unknown connection: calls",
        SocketProbeCounter.TlsOtherStack => "TLS return to another stack: calls",
        SocketProbeCounter.LostNews => "ring full: news of programs and libraries",
        _ => "no ring: events",
    };

    /// <summary>What the counter counts.</summary>
    internal static ProbeCounterKind Kind(this SocketProbeCounter counter) => counter switch
    {
        SocketProbeCounter.LostOpen or SocketProbeCounter.LostData or SocketProbeCounter.LostClose =>
            ProbeCounterKind.LostInRing,
        SocketProbeCounter.ConnectionsFull or SocketProbeCounter.PeersFull or SocketProbeCounter.UserFault
            or SocketProbeCounter.VectorCut or SocketProbeCounter.MessagesCut or SocketProbeCounter.NoRing
            or SocketProbeCounter.TlsUnlinked or SocketProbeCounter.TlsOtherStack or SocketProbeCounter.LostNews =>
            ProbeCounterKind.LostInKernel,
        SocketProbeCounter.Unrecognised => ProbeCounterKind.Unclassified,
        _ => ProbeCounterKind.Statistic,
    };
}
