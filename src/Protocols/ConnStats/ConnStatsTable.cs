using PixieOrleans.Model;

namespace PixieOrleans.Protocols.ConnStats;

/// <summary>Schema of conn_stats.</summary>
public static class ConnStatsTable
{
    /// <summary>The columns, in the order in which sources write them.</summary>
    public static TableSchema Schema { get; } = new(
        "conn_stats",
        "Traffic per process and peer, cumulative since tracing began.",
        [
            new("time_", DataType.Time64Ns, SemanticType.None, PatternType.MetricCounter,
                "Record timestamp, UNIX nanoseconds."),
            new("upid", DataType.UInt128, SemanticType.Upid, PatternType.General,
                "Cluster-wide unique process id (ASID, PID, start ticks packed into 128 bits)."),
            new("remote_addr", DataType.String, SemanticType.IpAddress, PatternType.General, "IP of the peer."),
            new("remote_port", DataType.Int64, SemanticType.Port, PatternType.General,
                "Peer port; forced to 0 when the traced side is the server."),
            new("trace_role", DataType.Int64, SemanticType.None, PatternType.GeneralEnum,
                "Which side was traced: 1 client, 2 server, 4 unknown."),
            new("addr_family", DataType.Int64, SemanticType.None, PatternType.GeneralEnum,
                "Address family: 0 unspecified, 1 IPv4, 2 IPv6, 3 unix, 4 other."),
            new("protocol", DataType.Int64, SemanticType.None, PatternType.GeneralEnum,
                "Detected protocol number (see enum)."),
            new("ssl", DataType.Boolean, SemanticType.None, PatternType.GeneralEnum, "True when TLS was seen."),
            new("conn_open", DataType.Int64, SemanticType.None, PatternType.MetricCounter,
                "Connections opened since tracing began."),
            new("conn_close", DataType.Int64, SemanticType.None, PatternType.MetricCounter,
                "Connections closed since tracing began."),
            new("conn_active", DataType.Int64, SemanticType.None, PatternType.MetricGauge, "Opened minus closed."),
            new("bytes_sent", DataType.Int64, SemanticType.Bytes, PatternType.MetricCounter,
                "Bytes sent since tracing began."),
            new("bytes_recv", DataType.Int64, SemanticType.Bytes, PatternType.MetricCounter,
                "Bytes received since tracing began."),
        ]);
}
