using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Processes;

/// <summary>Schema of proc_exit_events.</summary>
internal static class ProcExitEventsTable
{
    /// <summary>The columns, in the order in which rows are written.</summary>
    public static readonly TableSchema Schema = new(
        "proc_exit_events",
        "Processes that ended.",
        [
            new("time_", DataType.Time64Ns, SemanticType.None, PatternType.MetricCounter,
                "Record timestamp, UNIX nanoseconds."),
            new("upid", DataType.UInt128, SemanticType.Upid, PatternType.General,
                "Cluster-wide unique process id (ASID, PID, start ticks packed into 128 bits)."),
            new("exit_code", DataType.Int64, SemanticType.None, PatternType.General, "Exit status."),
            new("signal", DataType.Int64, SemanticType.None, PatternType.General,
                "Signal that ended the process, 0 if none."),
            new("comm", DataType.String, SemanticType.None, PatternType.General, "Short process name."),
        ]);
}
