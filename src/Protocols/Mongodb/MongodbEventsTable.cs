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

    // The time of a row is that of the request.
    internal static void Write(
        SessionContext context,
        ref ConnectionAddresses addresses,
        MongodbContent request,
        MongodbContent response,
        long timeNs,
        long latencyNs)
    {
        ConnectionColumns.Write(context, ref addresses, timeNs);
        request.Name.WriteTo(context.Rows, context.Counters);
        request.Body.WriteJsonTo(context.Rows, context.Counters);
        response.Name.WriteTo(context.Rows, context.Counters);
        response.Body.WriteJsonTo(context.Rows, context.Counters);
        context.Rows.WriteInt64(latencyNs);
        context.Rows.EndRow();
    }
}
