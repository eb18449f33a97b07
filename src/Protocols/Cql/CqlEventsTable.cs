using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Text;

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

    /// <summary>Stands for the answer that did not come.</summary>
    internal const CqlOpcode NoResponse = (CqlOpcode)byte.MaxValue;

    // The time of a row is that of the answer, or of giving up.
    internal static void Write(
        SessionContext context,
        ref ConnectionAddresses addresses,
        (CqlOpcode Opcode, CellText Body) request,
        (CqlOpcode Opcode, CellText Body) response,
        long timeNs,
        long latencyNs)
    {
        ConnectionColumns.Write(context, ref addresses, timeNs);
        context.Rows.WriteInt64((long)request.Opcode);
        WriteBody(context, request.Body, IsJson(request.Opcode, request.Body));
        context.Rows.WriteInt64(response.Opcode == NoResponse ? -1 : (long)response.Opcode);
        WriteBody(context, response.Body, IsJson(response.Opcode, response.Body));
        context.Rows.WriteInt64(latencyNs);
        context.Rows.EndRow();
    }

    private static void WriteBody(SessionContext context, CellText body, bool isJson)
    {
        if (isJson)
        {
            body.WriteJsonTo(context.Rows, context.Counters);
        }
        else
        {
            body.WriteTo(context.Rows, context.Counters);
        }
    }

    // Whether the whole text is JSON. That of an execute begins with its query when that is known.
    private static bool IsJson(CqlOpcode opcode, CellText body) =>
        opcode is CqlOpcode.Startup or CqlOpcode.Register or CqlOpcode.Batch or CqlOpcode.Supported or CqlOpcode.Execute
        && body.Value is [(byte)'{' or (byte)'[', ..];
}
