using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Kafka;

/// <summary>Table kafka_events.beta.</summary>
public static class KafkaEventsTable
{
    /// <summary>Name and columns.</summary>
    public static TableSchema Schema { get; } = new(
        "kafka_events.beta",
        "Requests of Kafka, one row per exchange.",
        [
            .. ConnectionColumns.Schema,
            new("req_cmd", DataType.Int64, SemanticType.None, PatternType.GeneralEnum, "API key number (see enum)."),
            new("client_id", DataType.String, SemanticType.None, PatternType.General,
                "Client id sent in the request header."),
            new("req_body", DataType.String, SemanticType.None, PatternType.General, "Decoded request as JSON."),
            new("resp", DataType.String, SemanticType.None, PatternType.General, "Decoded response as JSON."),
            new("latency", DataType.Int64, SemanticType.DurationNs, PatternType.MetricGauge,
                "Response time minus request time, ns (0 when either is missing)."),
        ]);
}
