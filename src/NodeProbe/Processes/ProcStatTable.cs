using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Processes;

/// <summary>Schema of proc_stat.</summary>
internal static class ProcStatTable
{
    /// <summary>The columns, in the order in which rows are written.</summary>
    public static readonly TableSchema Schema = new(
        "proc_stat",
        "Shares of processor time of the machine.",
        [
            new("time_", DataType.Time64Ns, SemanticType.None, PatternType.MetricCounter,
                "Record timestamp, UNIX nanoseconds."),
            new("system_percent", DataType.Float64, SemanticType.None, PatternType.MetricGauge,
                "Share of CPU time in the kernel."),
            new("user_percent", DataType.Float64, SemanticType.None, PatternType.MetricGauge,
                "Share of CPU time in user code."),
            new("idle_percent", DataType.Float64, SemanticType.None, PatternType.MetricGauge,
                "Share of idle CPU time."),
        ]);
}
