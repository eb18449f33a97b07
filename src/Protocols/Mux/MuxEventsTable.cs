using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Mux;

/// <summary>Table mux_events.</summary>
public static class MuxEventsTable
{
    /// <summary>Name and columns.</summary>
    public static TableSchema Schema { get; } = new(
        "mux_events",
        "Messages of Mux, one row per exchange.",
        [
            .. ConnectionColumns.Schema,
            new("req_type", DataType.Int64, SemanticType.None, PatternType.GeneralEnum,
                "Mux message type number (see enum)."),
            new("latency", DataType.Int64, SemanticType.DurationNs, PatternType.MetricGauge,
                "Response time minus request time, ns (0 when either is missing)."),
        ]);

    internal static void Write(
        SessionContext context, ref ConnectionAddresses addresses, MuxRequest request, long timeNs, bool answered)
    {
        ConnectionColumns.Write(context, ref addresses, timeNs);
        context.Rows.WriteInt64((long)request.Type);
        context.Rows.WriteInt64(answered ? Math.Max(0, timeNs - request.TimeNs) : 0);
        context.Rows.EndRow();
    }
}
