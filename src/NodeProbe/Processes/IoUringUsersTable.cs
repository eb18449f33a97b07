using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Processes;

/// <summary>Schema of io_uring_users.</summary>
internal static class IoUringUsersTable
{
    /// <summary>The columns, in the order in which rows are written.</summary>
    public static readonly TableSchema Schema = new(
        "io_uring_users",
        "Processes that use io_uring: what they send and receive through it is in no other table.",
        [
            new("time_", DataType.Time64Ns, SemanticType.None, PatternType.MetricCounter,
                "Record timestamp, UNIX nanoseconds."),
            new("upid", DataType.UInt128, SemanticType.Upid, PatternType.General,
                "Cluster-wide unique process id (ASID, PID, start ticks packed into 128 bits)."),
            new("rings", DataType.Int64, SemanticType.None, PatternType.MetricCounter,
                "Rings set up since the tracer runs; 0 when all are older."),
            new("socket_calls", DataType.Int64, SemanticType.None, PatternType.MetricCounter,
                "Calls that only sockets have (send, recv, accept, connect …) since the tracer runs."),
            new("other_calls", DataType.Int64, SemanticType.None, PatternType.MetricCounter,
                "Other calls since the tracer runs; reads and writes of sockets may be among them."),
        ]);
}
