using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Mysql;

/// <summary>Table mysql_events.</summary>
public static class MysqlEventsTable
{
    /// <summary>Name and columns.</summary>
    public static TableSchema Schema { get; } = new(
        "mysql_events",
        "Commands of MySQL, one row per exchange.",
        [
            .. ConnectionColumns.Schema,
            new("req_cmd", DataType.Int64, SemanticType.None, PatternType.GeneralEnum,
                "Numeric command byte of the request (see enum)."),
            new("req_body", DataType.String, SemanticType.None, PatternType.General,
                "Statement text, or query=[..] params=[..] for executes."),
            new("resp_status", DataType.Int64, SemanticType.None, PatternType.GeneralEnum,
                "0 unknown, 1 none, 2 OK, 3 error."),
            new("resp_body", DataType.String, SemanticType.None, PatternType.General, "Result summary or error text."),
            new("latency", DataType.Int64, SemanticType.DurationNs, PatternType.MetricGauge,
                "Response time minus request time, ns (0 when either is missing)."),
        ]);
}
