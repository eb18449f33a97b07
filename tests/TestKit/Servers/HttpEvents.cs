namespace PixieOrleans.TestKit.Servers;

/// <summary>One row of http_events, as far as the tests look at it.</summary>
public sealed record HttpRow(
    string Method, string Path, int Status, long BodyBytes, TimeSpan Latency, int RemotePort, long RequestBodyBytes);

/// <summary>Reads http_events of one server, told by its port, as the silo traced it on the server's side.</summary>
public sealed class HttpEvents(PxoClient client)
{
    private const int ServerRole = 2; // values of trace_role: 1 client, 2 server
    private static readonly TimeSpan RowDeadline = TimeSpan.FromSeconds(10);

    /// <summary>Waits for the rows of as many requests as the server logged and returns all rows.</summary>
    public async Task<(IReadOnlyList<HttpRow> Rows, Answer Answer)> WaitAsync(
        HttpServer server, int count, CancellationToken cancellationToken)
    {
        var seen = 0L;
        await Poll.UntilAsync(
            async () => (seen = await CountAsync(server, cancellationToken)) >= count,
            RowDeadline,
            () => $"{count} rows of port {server.Port} in http_events, which has {seen}",
            cancellationToken);
        return await ReadAsync(server, cancellationToken);
    }

    /// <summary>All rows of a server.</summary>
    public async Task<(IReadOnlyList<HttpRow> Rows, Answer Answer)> ReadAsync(
        HttpServer server, CancellationToken cancellationToken)
    {
        var answer = await client.QueryAsync(
            $"""
            #px:set max_output_rows_per_table=1000000
            import px
            df = px.DataFrame('http_events', start_time='-30m')
            df = df[df.local_port == {server.Port}]
            df = df[df.trace_role == {ServerRole}]
            df = df[['req_method', 'req_path', 'resp_status', 'resp_body_size', 'latency', 'remote_port',
                     'req_body_size']]
            px.display(df, 'rows')
            """,
            cancellationToken);
        return ([.. answer.Rows.Select(ToRow)], answer);
    }

    /// <summary>Number of rows of a server.</summary>
    public async Task<long> CountAsync(HttpServer server, CancellationToken cancellationToken)
    {
        var answer = await client.QueryAsync(
            $"""
            import px
            df = px.DataFrame('http_events', start_time='-30m')
            df = df[df.local_port == {server.Port}]
            df = df[df.trace_role == {ServerRole}]
            df = df.groupby(['local_port']).agg(requests=('latency', px.count))
            px.display(df, 'counts')
            """,
            cancellationToken);
        return answer.Rows.Sum(row => row["requests"].GetInt64());
    }

    private static HttpRow ToRow(IReadOnlyDictionary<string, System.Text.Json.JsonElement> row) => new(
        row["req_method"].GetString()!,
        row["req_path"].GetString()!,
        row["resp_status"].GetInt32(),
        row["resp_body_size"].GetInt64(),
        TimeSpan.FromMicroseconds(row["latency"].GetInt64() / 1000.0),
        row["remote_port"].GetInt32(),
        row["req_body_size"].GetInt64());
}
