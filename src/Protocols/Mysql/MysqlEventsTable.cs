using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Mysql;

/// <summary>Table mysql_events.</summary>
public static class MysqlEventsTable
{
    /// <summary>Name and columns.</summary>
    public static TableSchema Schema { get; } = new(
        "mysql_events",
        "Commands of MySQL, one row per exchange.",
        [
            .. ConnectionColumns.Schema,
            new("req_cmd", DataType.Int64, SemanticType.None, PatternType.GeneralEnum,
                "Numeric command byte of the request (see enum)."),
            new("req_body", DataType.String, SemanticType.None, PatternType.General,
                "Statement text, or query=[..] params=[..] for executes."),
            new("resp_status", DataType.Int64, SemanticType.None, PatternType.GeneralEnum,
                "0 unknown, 1 none, 2 OK, 3 error."),
            new("resp_body", DataType.String, SemanticType.None, PatternType.General, "Result summary or error text."),
            new("latency", DataType.Int64, SemanticType.DurationNs, PatternType.MetricGauge,
                "Response time minus request time, ns (0 when either is missing)."),
        ]);

    /// <summary>Writes a row.</summary>
    /// <param name="context">The connection.</param>
    /// <param name="addresses">Its addresses.</param>
    /// <param name="command">Command.</param>
    /// <param name="body">Text of the request.</param>
    /// <param name="status">What became of it.</param>
    /// <param name="response">Text of the answer.</param>
    /// <param name="times">Of the request, and of the answer or the end of waiting; ns since 1970.</param>
    internal static void Write(
        SessionContext context,
        ref ConnectionAddresses addresses,
        MysqlCommand command,
        CellText body,
        MysqlStatus status,
        CellText response,
        (long RequestNs, long TimeNs, bool Answered) times)
    {
        ConnectionColumns.Write(context, ref addresses, times.TimeNs);
        context.Rows.WriteInt64((long)command);
        body.WriteTo(context.Rows, context.Counters);
        context.Rows.WriteInt64((long)status);
        response.WriteTo(context.Rows, context.Counters);
        context.Rows.WriteInt64(times.Answered ? Math.Max(0, times.TimeNs - times.RequestNs) : 0);
        context.Rows.EndRow();
    }
}
