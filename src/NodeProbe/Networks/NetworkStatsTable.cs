using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Networks;

/// <summary>Schema of network_stats.</summary>
internal static class NetworkStatsTable
{
    /// <summary>The columns, in the order in which rows are written.</summary>
    public static readonly TableSchema Schema = new(
        "network_stats",
        "Network traffic of pods.",
        [
            new("time_", DataType.Time64Ns, SemanticType.None, PatternType.MetricCounter,
                "Record timestamp, UNIX nanoseconds."),
            new("pod_id", DataType.String, SemanticType.None, PatternType.General, "UID of the pod."),
            new("rx_bytes", DataType.Int64, SemanticType.Bytes, PatternType.MetricCounter, "Bytes received so far."),
            new("rx_packets", DataType.Int64, SemanticType.None, PatternType.MetricCounter, "Packets received so far."),
            new("rx_errors", DataType.Int64, SemanticType.None, PatternType.MetricCounter, "Receive errors so far."),
            new("rx_drops", DataType.Int64, SemanticType.None, PatternType.MetricCounter, "Receive drops so far."),
            new("tx_bytes", DataType.Int64, SemanticType.Bytes, PatternType.MetricCounter, "Bytes sent so far."),
            new("tx_packets", DataType.Int64, SemanticType.None, PatternType.MetricCounter, "Packets sent so far."),
            new("tx_errors", DataType.Int64, SemanticType.None, PatternType.MetricCounter, "Send errors so far."),
            new("tx_drops", DataType.Int64, SemanticType.None, PatternType.MetricCounter, "Send drops so far."),
        ]);
}
