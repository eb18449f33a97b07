using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Cql;

/// <summary>Table cql_events.</summary>
public static class CqlEventsTable
{
    /// <summary>Name and columns.</summary>
    public static TableSchema Schema { get; } = new(
        "cql_events",
        "Requests of Cassandra (CQL), one row per exchange.",
        [
            .. ConnectionColumns.Schema,
            new("req_op", DataType.Int64, SemanticType.None, PatternType.GeneralEnum, "Request opcode (see enum)."),
            new("req_body", DataType.String, SemanticType.None, PatternType.General, "Request payload as text/JSON."),
            new("resp_op", DataType.Int64, SemanticType.None, PatternType.GeneralEnum, "Response opcode (see enum)."),
            new("resp_body", DataType.String, SemanticType.None, PatternType.General, "Response payload as text."),
            new("latency", DataType.Int64, SemanticType.DurationNs, PatternType.MetricGauge,
                "Response time minus request time, ns (0 when either is missing)."),
        ]);
}
