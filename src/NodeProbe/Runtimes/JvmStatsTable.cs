using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>Schema of jvm_stats.</summary>
internal static class JvmStatsTable
{
    /// <summary>The columns, in the order in which rows are written.</summary>
    public static readonly TableSchema Schema = new(
        "jvm_stats",
        "Heap and garbage collection of Java processes.",
        [
            new("time_", DataType.Time64Ns, SemanticType.None, PatternType.MetricCounter,
                "Record timestamp, UNIX nanoseconds."),
            new("upid", DataType.UInt128, SemanticType.Upid, PatternType.General,
                "Cluster-wide unique process id (ASID, PID, start ticks packed into 128 bits)."),
            new("young_gc_time", DataType.Int64, SemanticType.DurationNs, PatternType.MetricCounter,
                "Young-generation GC time so far, ns."),
            new("full_gc_time", DataType.Int64, SemanticType.DurationNs, PatternType.MetricCounter,
                "Full GC time so far, ns."),
            new("used_heap_size", DataType.Int64, SemanticType.None, PatternType.MetricGauge, "Heap in use, bytes."),
            new("total_heap_size", DataType.Int64, SemanticType.None, PatternType.MetricGauge,
                "Heap committed, bytes."),
            new("max_heap_size", DataType.Int64, SemanticType.None, PatternType.MetricGauge, "Heap ceiling, bytes."),
        ]);
}
