using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Processes;

/// <summary>Schema of process_stats.</summary>
internal static class ProcessStatsTable
{
    /// <summary>The columns, in the order in which rows are written.</summary>
    public static readonly TableSchema Schema = new(
        "process_stats",
        "Processor time, memory and storage traffic of processes.",
        [
            new("time_", DataType.Time64Ns, SemanticType.None, PatternType.MetricCounter,
                "Record timestamp, UNIX nanoseconds."),
            new("upid", DataType.UInt128, SemanticType.Upid, PatternType.General,
                "Cluster-wide unique process id (ASID, PID, start ticks packed into 128 bits)."),
            new("major_faults", DataType.Int64, SemanticType.None, PatternType.MetricCounter,
                "Major page faults so far."),
            new("minor_faults", DataType.Int64, SemanticType.None, PatternType.MetricCounter,
                "Minor page faults so far."),
            new("cpu_utime_ns", DataType.Int64, SemanticType.DurationNs, PatternType.MetricCounter,
                "User CPU time so far, ns."),
            new("cpu_ktime_ns", DataType.Int64, SemanticType.DurationNs, PatternType.MetricCounter,
                "Kernel CPU time so far, ns."),
            new("num_threads", DataType.Int64, SemanticType.None, PatternType.MetricGauge, "Threads now."),
            new("vsize_bytes", DataType.Int64, SemanticType.Bytes, PatternType.MetricGauge, "Virtual size now."),
            new("rss_bytes", DataType.Int64, SemanticType.Bytes, PatternType.MetricGauge, "Resident size now."),
            new("rchar_bytes", DataType.Int64, SemanticType.Bytes, PatternType.MetricCounter,
                "Bytes passed through read calls so far."),
            new("wchar_bytes", DataType.Int64, SemanticType.Bytes, PatternType.MetricCounter,
                "Bytes passed through write calls so far."),
            new("read_bytes", DataType.Int64, SemanticType.Bytes, PatternType.MetricCounter,
                "Bytes fetched from storage so far."),
            new("write_bytes", DataType.Int64, SemanticType.Bytes, PatternType.MetricCounter,
                "Bytes sent to storage so far."),
        ]);
}
