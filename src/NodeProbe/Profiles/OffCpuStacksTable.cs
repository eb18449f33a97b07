using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Profiles;

/// <summary>Schema of off_cpu_stacks.</summary>
internal static class OffCpuStacksTable
{
    /// <summary>The columns, in the order in which rows are written.</summary>
    public static readonly TableSchema Schema = new(
        "off_cpu_stacks",
        "Stacks with which threads left their CPUs, and how long they stayed away.",
        [
            new("time_", DataType.Time64Ns, SemanticType.None, PatternType.MetricCounter,
                "Record timestamp, UNIX nanoseconds."),
            new("upid", DataType.UInt128, SemanticType.Upid, PatternType.General,
                "Cluster-wide unique process id (ASID, PID, start ticks packed into 128 bits)."),
            new("stack_trace_id", DataType.Int64, SemanticType.None, PatternType.General,
                "A hash of the stack, the same on every node."),
            new("stack_trace", DataType.String, SemanticType.None, PatternType.General,
                "Folded stack, frames joined with semicolons."),
            new("count", DataType.Int64, SemanticType.None, PatternType.MetricGauge,
                "Waits with this stack that ended in the interval."),
            new("off_cpu_us", DataType.Int64, SemanticType.None, PatternType.MetricGauge,
                "Their time off the CPU, microseconds."),
        ]);
}
