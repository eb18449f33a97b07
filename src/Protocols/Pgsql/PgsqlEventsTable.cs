using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Pgsql;

/// <summary>Table pgsql_events.</summary>
public static class PgsqlEventsTable
{
    /// <summary>Name and columns.</summary>
    public static TableSchema Schema { get; } = new(
        "pgsql_events",
        "Commands of PostgreSQL, one row per exchange.",
        [
            .. ConnectionColumns.Schema,
            new("req_cmd", DataType.String, SemanticType.None, PatternType.GeneralEnum,
                "Name of the frontend message (Query, Parse, Bind, Execute, ...)."),
            new("req", DataType.String, SemanticType.None, PatternType.General,
                "Statement text, or query=[..] params=[..] for executes."),
            new("resp", DataType.String, SemanticType.None, PatternType.General,
                "Rows as text plus command tag, or error fields."),
            new("latency", DataType.Int64, SemanticType.DurationNs, PatternType.MetricGauge,
                "Response time minus request time, ns (0 when either is missing)."),
        ]);

    internal static void Write(
        SessionContext context, ref ConnectionAddresses addresses, ReadOnlySpan<byte> command, CellText request,
        CellText response, long timeNs, long latencyNs)
    {
        ConnectionColumns.Write(context, ref addresses, timeNs);
        context.Rows.WriteString(command);
        request.WriteTo(context.Rows, context.Counters);
        response.WriteTo(context.Rows, context.Counters);
        context.Rows.WriteInt64(latencyNs);
        context.Rows.EndRow();
    }
}
