using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Profiles;

/// <summary>Schema of stack_traces.beta.</summary>
internal static class StackTracesTable
{
    /// <summary>The columns, in the order in which rows are written.</summary>
    public static readonly TableSchema Schema = new(
        "stack_traces.beta",
        "Sampled stacks of processes.",
        [
            new("time_", DataType.Time64Ns, SemanticType.None, PatternType.MetricCounter,
                "Record timestamp, UNIX nanoseconds."),
            new("upid", DataType.UInt128, SemanticType.Upid, PatternType.General,
                "Cluster-wide unique process id (ASID, PID, start ticks packed into 128 bits)."),
            new("stack_trace_id", DataType.Int64, SemanticType.None, PatternType.General,
                "Small integer naming the stack, stable per agent run."),
            new("stack_trace", DataType.String, SemanticType.None, PatternType.General,
                "Folded stack, frames joined with semicolons."),
            new("count", DataType.Int64, SemanticType.None, PatternType.MetricGauge,
                "Samples with this stack in the interval."),
        ]);
}
