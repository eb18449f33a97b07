using PixieOrleans.Model;
using PixieOrleans.Replay.ConnStats;

namespace PixieOrleans.Replay.Connections;

/// <summary>A TCP connection or a pair of UDP endpoints. Owned by its <see cref="ConnectionList"/>.</summary>
internal sealed class CapturedConnection(ConnectionKey key, ulong number)
{
    /// <summary>Both ends.</summary>
    public ConnectionKey Key { get; } = key;

    /// <summary>Number in the capture, from 1.</summary>
    public ulong Number { get; } = number;

    /// <summary>The side that is the server; null until known.</summary>
    public int? Server { get; set; }

    /// <summary>Protocol as recognised.</summary>
    public Protocol Protocol { get; set; }

    /// <summary>What becomes of the payload.</summary>
    public required ConnectionPayload Payload { get; init; }

    /// <summary>Brings segments in order; null for UDP.</summary>
    public TcpReassembly? Tcp { get; init; }

    /// <summary>Datagrams of UDP; null for TCP.</summary>
    public DatagramFlow? Udp { get; init; }

    /// <summary>Where its bytes count.</summary>
    public PeerTotals? Totals { get; set; }

    /// <summary>Bytes of each side that were counted.</summary>
    public (ulong First, ulong Second) Counted { get; set; }

    /// <summary>Time of the newest packet.</summary>
    public long LastNs { get; set; }

    /// <summary>Bytes of memory that waited and that sessions held when last asked.</summary>
    public (long Waiting, long Sessions) Retained { get; set; }

    /// <summary>True once it ended in the capture.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Next older connection; kept by the list.</summary>
    public CapturedConnection? Older { get; set; }

    /// <summary>Next newer connection; kept by the list.</summary>
    public CapturedConnection? Newer { get; set; }

    /// <summary>Bytes of a direction so far.</summary>
    public ulong Total(int side) => Tcp?.Total(side) ?? Udp!.Total(side);

    /// <summary>Tells the server by the lower port, when nothing else did.</summary>
    public int GuessServer() => Server ??= Key.First.Port <= Key.Second.Port ? 0 : 1;
}
