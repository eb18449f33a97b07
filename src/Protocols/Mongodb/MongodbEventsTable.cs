using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Mongodb;

/// <summary>Table mongodb_events.</summary>
public static class MongodbEventsTable
{
    /// <summary>Name and columns.</summary>
    public static TableSchema Schema { get; } = new(
        "mongodb_events",
        "Commands of MongoDB, one row per exchange.",
        [
            .. ConnectionColumns.Schema,
            new("req_cmd", DataType.String, SemanticType.None, PatternType.General, "Name of the OP_MSG command."),
            new("req_body", DataType.String, SemanticType.None, PatternType.General, "Request documents as JSON text."),
            new("resp_status", DataType.String, SemanticType.None, PatternType.General,
                "First key of the reply (ok, cursor, ...)."),
            new("resp_body", DataType.String, SemanticType.None, PatternType.General, "Reply documents as JSON text."),
            new("latency", DataType.Int64, SemanticType.DurationNs, PatternType.MetricGauge,
                "Response time minus request time, ns (0 when either is missing)."),
        ]);
}
