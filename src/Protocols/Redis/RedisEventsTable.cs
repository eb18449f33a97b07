using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Redis;

/// <summary>Table redis_events.</summary>
public static class RedisEventsTable
{
    /// <summary>Name and columns.</summary>
    public static TableSchema Schema { get; } = new(
        "redis_events",
        "Commands of Redis, one row per exchange.",
        [
            .. ConnectionColumns.Schema,
            new("req_cmd", DataType.String, SemanticType.None, PatternType.General, "Command name."),
            new("req_args", DataType.String, SemanticType.None, PatternType.General, "Command arguments, formatted."),
            new("resp", DataType.String, SemanticType.None, PatternType.General, "Reply, formatted."),
            new("latency", DataType.Int64, SemanticType.DurationNs, PatternType.MetricGauge,
                "Response time minus request time, ns (0 when either is missing)."),
        ]);
}
