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

    internal static void Write(
        SessionContext context,
        ref ConnectionAddresses addresses,
        RedisRequest request,
        RedisMessage? reply,
        long timeNs)
    {
        ConnectionColumns.Write(context, ref addresses, timeNs);
        context.Rows.WriteString(request.Name);
        context.Rows.WriteString(request.Arguments);
        WriteReply(context, reply);
        context.Rows.WriteInt64(reply is null ? 0 : Math.Max(0, timeNs - request.TimeNs));
        context.Rows.EndRow();
    }

    // What nobody asked for on this connection.
    internal static void WriteUnasked(
        SessionContext context,
        ref ConnectionAddresses addresses,
        ReadOnlySpan<byte> command,
        RedisMessage? arguments,
        RedisMessage? reply,
        long timeNs)
    {
        ConnectionColumns.Write(context, ref addresses, timeNs);
        context.Rows.WriteString(command);
        WriteReply(context, arguments);
        WriteReply(context, reply);
        context.Rows.WriteInt64(0);
        context.Rows.EndRow();
    }

    private static void WriteReply(SessionContext context, RedisMessage? message)
    {
        if (message is null)
        {
            context.Rows.WriteString(default);
        }
        else if (message.IsJson)
        {
            message.Text.WriteJsonTo(context.Rows, context.Counters);
        }
        else
        {
            message.Text.WriteTo(context.Rows, context.Counters);
        }
    }
}
