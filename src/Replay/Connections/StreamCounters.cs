namespace PixieOrleans.Replay.Connections;

/// <summary>What became of connections and their bytes.</summary>
public sealed class StreamCounters
{
    /// <summary>TCP connections seen.</summary>
    public long TcpConnections;

    /// <summary>Pairs of UDP endpoints seen.</summary>
    public long UdpConnections;

    /// <summary>TCP connections whose beginning is not in the capture.</summary>
    public long Midstream;

    /// <summary>Connections of no protocol that is known.</summary>
    public long Unrecognised;

    /// <summary>Connections of a protocol that is recognised and not parsed.</summary>
    public long Unparsed;

    /// <summary>Connections given up because their bytes kept failing.</summary>
    public long Failed;

    /// <summary>Connections given up because a parser threw: a defect.</summary>
    public long Faults;

    /// <summary>Connections ended early because too many were open.</summary>
    public long Evicted;

    /// <summary>Sessions ended early because all together held too many bytes.</summary>
    public long EvictedSessions;

    /// <summary>Bytes of payload handed to sessions.</summary>
    public long ParsedBytes;

    /// <summary>Bytes of payload of connections that are not parsed.</summary>
    public long IgnoredBytes;

    /// <summary>Bytes that came again: retransmissions, keep-alives, packets captured twice.</summary>
    public long RepeatedBytes;

    /// <summary>Segments that came behind a later one.</summary>
    public long OutOfOrder;

    /// <summary>Places where bytes are missing in the capture.</summary>
    public long Gaps;

    /// <summary>Bytes missing there.</summary>
    public long GapBytes;

    /// <summary>Bytes dropped because too many waited for missing ones.</summary>
    public long DroppedBytes;

    /// <summary>Segments whose numbers fit no connection, or that follow its end.</summary>
    public long StraySegments;

    /// <summary>Datagrams that were captured twice.</summary>
    public long RepeatedDatagrams;

    /// <summary>Text of the first fault; null without any.</summary>
    public string? FirstFault;
}
