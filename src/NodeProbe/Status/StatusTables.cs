using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Status;

/// <summary>Schemas of probe_status and stirling_error.</summary>
internal static class StatusTables
{
    /// <summary>One row per hook at the start, and per event of a probe.</summary>
    public static readonly TableSchema ProbeStatus = new(
        "probe_status",
        "State of probes: at the start, and when something happens to them.",
        [
            Time(),
            Upid(),
            new("source_connector", DataType.String, SemanticType.None, PatternType.General,
                "Connector that owns the probe."),
            new("tracepoint", DataType.String, SemanticType.None, PatternType.General, "Tracepoint name."),
            new("status", DataType.Int64, SemanticType.None, PatternType.GeneralEnum, "Status code (see enum)."),
            new("error", DataType.String, SemanticType.None, PatternType.General, "Error text, empty when fine."),
            new("info", DataType.String, SemanticType.None, PatternType.General, "Extra facts as JSON."),
        ]);

    /// <summary>One row per source at the start, and per defect.</summary>
    public static readonly TableSchema StirlingError = new(
        "stirling_error",
        "State of sources: at the start, and when one of them fails.",
        [
            Time(),
            Upid(),
            new("source_connector", DataType.String, SemanticType.None, PatternType.General, "Connector reporting."),
            new("status", DataType.Int64, SemanticType.None, PatternType.GeneralEnum, "Status code (see enum)."),
            new("error", DataType.String, SemanticType.None, PatternType.General, "Error text, empty when fine."),
            new("context", DataType.String, SemanticType.None, PatternType.General, "Where it happened, e.g. Init."),
        ]);

    private static ColumnSchema Time() => new(
        "time_", DataType.Time64Ns, SemanticType.None, PatternType.MetricCounter,
        "Record timestamp, UNIX nanoseconds.");

    private static ColumnSchema Upid() => new(
        "upid", DataType.UInt128, SemanticType.Upid, PatternType.General,
        "Cluster-wide unique process id (ASID, PID, start ticks packed into 128 bits).");
}
