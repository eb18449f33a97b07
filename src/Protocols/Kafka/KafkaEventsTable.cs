using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Text;

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

    // The time of a row is that of the request.
    internal static void Write(
        SessionContext context, ref ConnectionAddresses addresses, KafkaRequest request, CellText client,
        CellText response, long latencyNs)
    {
        ConnectionColumns.Write(context, ref addresses, request.TimeNs);
        context.Rows.WriteInt64((long)request.Api);
        client.WriteTo(context.Rows, context.Counters);
        request.Body.WriteJsonTo(context.Rows, context.Counters);
        response.WriteJsonTo(context.Rows, context.Counters);
        context.Rows.WriteInt64(latencyNs);
        context.Rows.EndRow();
    }
}
