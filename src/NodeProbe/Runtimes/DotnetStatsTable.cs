using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>Schema of dotnet_stats.</summary>
internal static class DotnetStatsTable
{
    /// <summary>The columns, in the order in which rows are written.</summary>
    public static readonly TableSchema Schema = new(
        "dotnet_stats",
        "Garbage collection, thread pool, exceptions and contention of .NET processes.",
        [
            new("time_", DataType.Time64Ns, SemanticType.None, PatternType.MetricCounter,
                "Record timestamp, UNIX nanoseconds."),
            new("upid", DataType.UInt128, SemanticType.Upid, PatternType.General,
                "Cluster-wide unique process id (ASID, PID, start ticks packed into 128 bits)."),
            Counter("gen0_gcs", SemanticType.None, "Collections of generation 0 and above, since first seen."),
            Counter("gen1_gcs", SemanticType.None, "Collections of generation 1 and above, since first seen."),
            Counter("gen2_gcs", SemanticType.None, "Collections of generation 2, since first seen."),
            Counter("gc_pause_ns", SemanticType.DurationNs, "Time paused by collections, since first seen."),
            Counter("allocated_bytes", SemanticType.Bytes, "Bytes allocated since first seen."),
            Gauge("heap_bytes", SemanticType.Bytes, "Managed heap in use, in steps of 1 MB."),
            Gauge("committed_bytes", SemanticType.Bytes, "Managed heap committed, in steps of 1 MB."),
            Gauge("pool_threads", SemanticType.None, "Threads of the thread pool."),
            Gauge("pool_queued", SemanticType.None, "Work items that wait for a thread of the pool."),
            Counter("pool_completed", SemanticType.None, "Work items done since first seen."),
            Counter("exceptions", SemanticType.None, "Exceptions thrown since first seen."),
            Counter("contentions", SemanticType.None, "Times that a thread waited for a monitor, since first seen."),
        ]);

    private static ColumnSchema Counter(string name, SemanticType semantic, string description) =>
        new(name, DataType.Int64, semantic, PatternType.MetricCounter, description);

    private static ColumnSchema Gauge(string name, SemanticType semantic, string description) =>
        new(name, DataType.Int64, semantic, PatternType.MetricGauge, description);
}
