using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Networks;

/// <summary>Schema of tcp_stats_events.</summary>
internal static class TcpStatsEventsTable
{
    /// <summary>The columns, in the order in which rows are written.</summary>
    public static readonly TableSchema Schema = new(
        "tcp_stats_events",
        "Traffic and retransmissions of TCP connections.",
        [
            new("time_", DataType.Time64Ns, SemanticType.None, PatternType.MetricCounter,
                "Record timestamp, UNIX nanoseconds."),
            new("upid", DataType.UInt128, SemanticType.Upid, PatternType.General,
                "Cluster-wide unique process id (ASID, PID, start ticks packed into 128 bits)."),
            new("local_addr", DataType.String, SemanticType.IpAddress, PatternType.General,
                "IP of this side of the connection."),
            new("local_port", DataType.Int64, SemanticType.Port, PatternType.General,
                "Port of this side of the connection."),
            new("remote_addr", DataType.String, SemanticType.IpAddress, PatternType.General, "IP of the peer."),
            new("remote_port", DataType.Int64, SemanticType.Port, PatternType.General, "TCP/UDP port of the peer."),
            new("tx", DataType.Int64, SemanticType.Bytes, PatternType.MetricCounter, "Bytes sent in the interval."),
            new("rx", DataType.Int64, SemanticType.Bytes, PatternType.MetricCounter, "Bytes received in the interval."),
            new("retransmits", DataType.Int64, SemanticType.None, PatternType.MetricCounter,
                "Segments retransmitted in the interval."),
        ]);
}
