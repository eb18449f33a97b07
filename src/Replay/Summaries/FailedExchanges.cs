using PixieOrleans.Replay.Queries;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Replay.Summaries;

/// <summary>Counts exchanges that failed, of the tables whose columns tell.</summary>
public static class FailedExchanges
{
    private const string ServerSide = "df.trace_role == 2 and ";

    private static readonly Dictionary<string, string> Conditions = new(StringComparer.Ordinal)
    {
        ["http_events"] = "df.resp_status >= 400",
        ["mysql_events"] = ServerSide + "df.resp_status == 3",
        ["dns_events"] = ServerSide + "px.pluck_int64(df.resp_header, 'rcode') > 0",
        ["pgsql_events"] = "px.contains(df.resp, 'ERROR')",
        ["redis_events"] = "px.substring(df.resp, 0, 1) == '-'",
    };

    /// <summary>The counts, by table.</summary>
    public static IReadOnlyDictionary<string, long> Count(ReplayQuery query, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (table, condition) in Conditions)
        {
            var script = $"""
                import px
                df = px.DataFrame('{table}')
                df = df[{condition}]
                px.display(df.agg(failed=('time_', px.count)))
                """;
            var answer = query.Run(script, [], null, cancellationToken);
            counts[table] = answer.Tables[0].Batches
                .Sum(batch => batch.Columns[0] is Int64Column { Length: > 0 } failed ? failed.Values[0] : 0);
        }

        return counts;
    }
}
