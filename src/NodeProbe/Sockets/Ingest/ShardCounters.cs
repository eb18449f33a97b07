namespace PixieOrleans.NodeProbe.Sockets.Ingest;

/// <summary>
/// Counts of one shard. Written by the shard's thread, read by others without locks (each field is one aligned
/// 64-bit value).
/// </summary>
internal sealed class ShardCounters
{
    /// <summary>Events taken from the ring.</summary>
    public long Events;

    /// <summary>Bytes of these events, with their headers.</summary>
    public long EventBytes;

    /// <summary>Payload bytes taken from the ring.</summary>
    public long PayloadBytes;

    /// <summary>
    /// Payload bytes of connections that are not parsed (demoted, upgraded, untraced role, no parser).
    /// </summary>
    public long IgnoredBytes;

    /// <summary>Connections whose first event was not an open event: their addresses come later.</summary>
    public long MissingOpens;

    /// <summary>Connections closed because their descriptor was used again and no close event had come.</summary>
    public long MissingCloses;

    /// <summary>Connections dropped because the table was full.</summary>
    public long EvictedConnections;

    /// <summary>Connections dropped because nothing happened for long.</summary>
    public long IdleConnections;

    /// <summary>Sessions dropped because all sessions together held too many bytes.</summary>
    public long EvictedSessions;

    /// <summary>Connections demoted because their session failed.</summary>
    public long Demotions;

    /// <summary>Sessions that threw: a defect in a parser; the connection is demoted.</summary>
    public long SessionFaults;

    /// <summary>Bytes that sessions hold now.</summary>
    public long RetainedBytes;

    /// <summary>Sessions now.</summary>
    public long Sessions;

    /// <summary>Closed connections that conn_stats could not take because its queue was full.</summary>
    public long UncountedCloses;

    /// <summary>Passes over the ring that emptied it.</summary>
    public long Passes;

    /// <summary>CPU time of the shard's thread, ns.</summary>
    public long CpuNs;
}
