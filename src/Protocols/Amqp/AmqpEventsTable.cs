using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Amqp;

/// <summary>Table amqp_events.</summary>
public static class AmqpEventsTable
{
    /// <summary>Name and columns.</summary>
    public static TableSchema Schema { get; } = new(
        "amqp_events",
        "Methods of AMQP 0-9-1, one row per exchange.",
        [
            .. ConnectionColumns.Schema,
            new("frame_type", DataType.Int64, SemanticType.None, PatternType.General,
                "AMQP frame type: 1 method, 2 header, 3 body, 8 heartbeat."),
            new("channel", DataType.Int64, SemanticType.None, PatternType.General, "Channel number."),
            new("req_class_id", DataType.Int64, SemanticType.None, PatternType.General,
                "Class id of the request method."),
            new("req_method_id", DataType.Int64, SemanticType.None, PatternType.General, "Method id of the request."),
            new("resp_class_id", DataType.Int64, SemanticType.None, PatternType.General,
                "Class id of the reply method."),
            new("resp_method_id", DataType.Int64, SemanticType.None, PatternType.General, "Method id of the reply."),
            new("req_msg", DataType.String, SemanticType.None, PatternType.General, "Request fields as JSON."),
            new("resp_msg", DataType.String, SemanticType.None, PatternType.General, "Reply fields as JSON."),
            new("latency", DataType.Int64, SemanticType.DurationNs, PatternType.MetricGauge,
                "Time between the two frames when both are synchronous, else 0."),
        ]);

    internal static void Write(
        SessionContext context, ref ConnectionAddresses addresses, AmqpRow row, CellText? request, CellText? response)
    {
        ConnectionColumns.Write(context, ref addresses, row.TimeNs);
        var frame = row.Client ?? row.Server.GetValueOrDefault();
        var rows = context.Rows;
        rows.WriteInt64(frame.Type);
        rows.WriteInt64(frame.Channel);
        rows.WriteInt64(row.Client?.ClassId ?? 0);
        rows.WriteInt64(row.Client?.MethodId ?? 0);
        rows.WriteInt64(row.Server?.ClassId ?? 0);
        rows.WriteInt64(row.Server?.MethodId ?? 0);
        WriteText(context, request);
        WriteText(context, response);
        rows.WriteInt64(row.LatencyNs);
        rows.EndRow();
    }

    private static void WriteText(SessionContext context, CellText? text)
    {
        if (text is null)
        {
            context.Rows.WriteString(default);
            return;
        }

        text.WriteJsonTo(context.Rows, context.Counters);
    }
}
