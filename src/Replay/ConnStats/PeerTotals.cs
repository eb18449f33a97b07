using PixieOrleans.Model;

namespace PixieOrleans.Replay.ConnStats;

/// <summary>What conn_stats tells apart: a server and the address of its clients.</summary>
internal readonly record struct PeerKey(Endpoint Server, Endpoint Client);

/// <summary>Totals of one server and peer since the capture's beginning, seen from the server.</summary>
internal sealed class PeerTotals(PeerKey key, Upid upid)
{
    /// <summary>Server and peer.</summary>
    public PeerKey Key { get; } = key;

    /// <summary>What stands for the server's process.</summary>
    public Upid Upid { get; } = upid;

    /// <summary>Protocol, the last one recognised.</summary>
    public Protocol Protocol;

    /// <summary>Connections seen.</summary>
    public long Opened;

    /// <summary>Connections that ended.</summary>
    public long Closed;

    /// <summary>Bytes that the server sent.</summary>
    public long BytesSent;

    /// <summary>Bytes that the server received.</summary>
    public long BytesReceived;

    /// <summary>True when the row that was written last is out of date.</summary>
    public bool IsChanged = true;
}
