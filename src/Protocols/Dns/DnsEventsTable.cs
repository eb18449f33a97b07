using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Dns;

/// <summary>Table dns_events.</summary>
public static class DnsEventsTable
{
    /// <summary>Name and columns.</summary>
    public static TableSchema Schema { get; } = new(
        "dns_events",
        "Queries and answers of DNS, one row per exchange.",
        [
            .. ConnectionColumns.Schema,
            new("req_header", DataType.String, SemanticType.None, PatternType.General, "Query header fields as JSON."),
            new("req_body", DataType.String, SemanticType.None, PatternType.General,
                "JSON object with a queries array."),
            new("resp_header", DataType.String, SemanticType.None, PatternType.General,
                "Reply header fields as JSON, with rcode."),
            new("resp_body", DataType.String, SemanticType.None, PatternType.General,
                "JSON object with an answers array."),
            new("latency", DataType.Int64, SemanticType.DurationNs, PatternType.MetricGauge,
                "Response time minus request time, ns (0 when either is missing)."),
        ]);

    /// <summary>Writes the cells of the answer, empty without one, and the end of the row.</summary>
    internal static void WriteResponse(SessionContext context, CellText header, CellText body, long latencyNs)
    {
        header.WriteJsonTo(context.Rows, context.Counters);
        body.WriteJsonTo(context.Rows, context.Counters);
        context.Rows.WriteInt64(latencyNs);
        context.Rows.EndRow();
        context.Counters.Records++;
    }
}
