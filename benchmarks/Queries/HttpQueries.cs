using System.Collections.Immutable;

namespace PixieOrleans.Bench.Queries;

/// <summary>A query as PxL and as SQL.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Script">The script, without the import.</param>
/// <param name="Sql">The same for DuckDB.</param>
internal sealed record BenchQuery(string Name, string Script, string Sql);

/// <summary>The queries that are measured.</summary>
internal static class HttpQueries
{
    private const string Quantiles = "approx_quantile(latency, [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99])";

    private const string IntoTable = "CREATE OR REPLACE TEMP TABLE answer AS ";

    public static ImmutableArray<BenchQuery> All =>
    [
        new(
            "group by service (dictionary): count, mean, quantiles",
            """
            df = px.DataFrame('http_events').groupby('service').agg(
                rows=('latency', px.count), mean=('latency', px.mean), quantiles=('latency', px.quantiles))
            """,
            $"SELECT service, count(*), avg(latency), {Quantiles} FROM http_events GROUP BY service"),
        new(
            "group by req_path (arena): count, mean, quantiles",
            """
            df = px.DataFrame('http_events').groupby('req_path').agg(
                rows=('latency', px.count), mean=('latency', px.mean), quantiles=('latency', px.quantiles))
            """,
            $"SELECT req_path, count(*), avg(latency), {Quantiles} FROM http_events GROUP BY req_path"),
        new(
            "group by service (dictionary): count, mean",
            """
            df = px.DataFrame('http_events').groupby('service').agg(
                rows=('latency', px.count), mean=('latency', px.mean))
            """,
            "SELECT service, count(*), avg(latency) FROM http_events GROUP BY service"),
        new(
            "group by req_path (arena): count, mean",
            """
            df = px.DataFrame('http_events').groupby('req_path').agg(
                rows=('latency', px.count), mean=('latency', px.mean))
            """,
            "SELECT req_path, count(*), avg(latency) FROM http_events GROUP BY req_path"),
        new(
            "series of 5 s by service: count, mean, quantiles",
            """
            df = px.DataFrame('http_events')
            df.window = px.bin(df.time_, px.seconds(5))
            df = df.groupby(['window', 'service']).agg(
                rows=('latency', px.count), mean=('latency', px.mean), quantiles=('latency', px.quantiles))
            """,
            $"SELECT time_ - time_ % 5000000000, service, count(*), avg(latency), {Quantiles} FROM http_events "
            + "GROUP BY ALL"),
        .. Rows,
        .. Joins,
    ];

    private static ImmutableArray<BenchQuery> Rows =>
    [
        new(
            "filter on one req_path (arena), count",
            """
            df = px.DataFrame('http_events')
            df = df[df.req_path == '/api/v1/items/250'].agg(rows=('latency', px.count))
            """,
            "SELECT count(latency) FROM http_events WHERE req_path = '/api/v1/items/250'"),
        new(
            "filter and projection, a tenth passes",
            """
            df = px.DataFrame('http_events')
            df = df[df.latency > 12000000 and df.resp_status == 200]
            df.ms = df.latency / 1000000.0
            df = df[['time_', 'service', 'ms']]
            """,
            IntoTable + "SELECT time_, service, latency / 1000000.0 AS ms FROM http_events "
            + "WHERE latency > 12000000 AND resp_status = 200"),
        new(
            "regex over req_path of the failed, count",
            """
            df = px.DataFrame('http_events')
            df = df[px.regex_match('/api/v[0-9]+/items/[0-9]*7', df.req_path) and df.resp_status >= 400]
            df = df.agg(rows=('latency', px.count))
            """,
            "SELECT count(latency) FROM http_events WHERE "
            + "regexp_full_match(req_path, '/api/v[0-9]+/items/[0-9]*7') AND resp_status >= 400"),
        new(
            "regex over all req_path, count",
            """
            df = px.DataFrame('http_events')
            df = df[px.regex_match('/api/v[0-9]+/items/[0-9]*7', df.req_path)].agg(rows=('latency', px.count))
            """,
            "SELECT count(latency) FROM http_events WHERE "
            + "regexp_full_match(req_path, '/api/v[0-9]+/items/[0-9]*7')"),
        new(
            "pluck the host from req_headers, group by it: count",
            """
            df = px.DataFrame('http_events')
            df.host = px.pluck(df.req_headers, 'Host')
            df = df.groupby('host').agg(rows=('latency', px.count))
            """,
            "SELECT json_extract_string(req_headers, '$.Host') AS host, count(latency) FROM http_events GROUP BY host"),
    ];

    private static ImmutableArray<BenchQuery> Joins =>
    [
        new(
            "join with 1,000 rows, group by their team: count, mean",
            """
            df = px.DataFrame('http_events')
            df = df.merge(px.DataFrame('owners'), how='inner', left_on='service', right_on='name')
            df = df.groupby('team').agg(rows=('latency', px.count), mean=('latency', px.mean))
            """,
            "SELECT team, count(latency), avg(latency) FROM http_events JOIN owners ON service = name GROUP BY team"),
        new(
            "join of two aggregates by req_path: requests, failures",
            """
            df = px.DataFrame('http_events')
            requests = df.groupby('req_path').agg(requests=('latency', px.count))
            failures = df[df.resp_status >= 400].groupby('req_path').agg(failures=('latency', px.count))
            df = requests.merge(failures, how='left', left_on='req_path', right_on='req_path')
            """,
            "SELECT * FROM (SELECT req_path, count(latency) AS requests FROM http_events GROUP BY req_path) "
            + "LEFT JOIN (SELECT req_path, count(latency) AS failures FROM http_events WHERE resp_status >= 400 "
            + "GROUP BY req_path) USING (req_path)"),
    ];
}
