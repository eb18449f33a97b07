using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Nats;

/// <summary>Table nats_events.beta.</summary>
public static class NatsEventsTable
{
    /// <summary>Name and columns.</summary>
    public static TableSchema Schema { get; } = new(
        "nats_events.beta",
        "Messages of NATS, one row per message.",
        [
            .. ConnectionColumns.Schema,
            new("cmd", DataType.String, SemanticType.None, PatternType.General, "NATS protocol verb."),
            new("body", DataType.String, SemanticType.None, PatternType.Structured,
                "Options (and payload for PUB/MSG) as JSON."),
            new("resp", DataType.String, SemanticType.None, PatternType.General, "Reply verb: OK or ERR."),
        ]);

    internal static void Write(
        SessionContext context,
        ref ConnectionAddresses addresses,
        NatsVerb verb,
        long timeNs,
        CellText body,
        ReadOnlySpan<byte> answer)
    {
        ConnectionColumns.Write(context, ref addresses, timeNs);
        context.Rows.WriteString(verb.Utf8);
        body.WriteJsonTo(context.Rows, context.Counters);
        context.Rows.WriteString(answer);
        context.Rows.EndRow();
    }
}
