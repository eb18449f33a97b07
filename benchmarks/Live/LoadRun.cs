using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Bench.Live;

/// <summary>One load on one server, with or without a silo watching.</summary>
/// <param name="Load">What the load generator counted.</param>
/// <param name="ServerUs">CPU of the server per request, µs.</param>
/// <param name="AgentUs">CPU of the silo per request, µs; 0 without a silo.</param>
/// <param name="Rows">Rows of the server in http_events; 0 without a silo.</param>
/// <param name="LostEvents">Losses that the silo reports for the run.</param>
/// <param name="Losses">The same since its start, per cause.</param>
internal sealed record LoadRun(
    LoadResult Load,
    double ServerUs,
    double AgentUs,
    long Rows,
    long LostEvents,
    IReadOnlyDictionary<string, long> Losses)
{
    private static readonly Dictionary<string, long> None = [];

    private static readonly TimeSpan RowDeadline = TimeSpan.FromSeconds(10);

    /// <summary>Drives nginx.</summary>
    public static Task<LoadRun> RunAsync(
        SiloProcess? silo, Func<Uri, Task<LoadResult>> drive, CancellationToken cancellationToken) =>
        RunAsync(silo, () => HttpServers.NginxAsync(cancellationToken), drive, cancellationToken);

    /// <summary>
    /// Starts a server, drives the load once to warm both processes up and once to measure; with a silo, waits for the
    /// rows.
    /// </summary>
    public static async Task<LoadRun> RunAsync(
        SiloProcess? silo,
        Func<Task<HttpServer>> start,
        Func<Uri, Task<LoadResult>> drive,
        CancellationToken cancellationToken)
    {
        await using var server = await start();
        await drive(new Uri(server.Address, "/warm-up"));
        var serverStart = ProcessCpu.TreeNs(server.ProcessId);
        var agentStart = silo is null ? 0 : ProcessCpu.TreeNs(silo.Process.Id);
        var load = await drive(new Uri(server.Address, "/bench"));
        var serverUs = Us(ProcessCpu.TreeNs(server.ProcessId) - serverStart, load);
        if (silo is null)
        {
            return new LoadRun(load, serverUs, 0, 0, 0, None);
        }

        var agentUs = Us(ProcessCpu.TreeNs(silo.Process.Id) - agentStart, load);
        var (rows, lost) = await CountAsync(silo, server.Port, load.Requests, cancellationToken);
        var status = await silo.Client.GetAsync("/api/v1/status", cancellationToken);
        var losses = status.GetProperty("nodes")[0].GetProperty("losses").EnumerateArray()
            .ToDictionary(loss => loss.GetProperty("cause").GetString()!, loss => loss.GetProperty("total").GetInt64());
        return new LoadRun(load, serverUs, agentUs, rows, lost, losses);
    }

    /// <summary>Rows of the server's port, once they are all there or time is up.</summary>
    private static async Task<(long Rows, long Lost)> CountAsync(
        SiloProcess silo, int port, long expected, CancellationToken cancellationToken)
    {
        var (rows, lost) = (0L, 0L);
        try
        {
            await Poll.UntilAsync(ReadAsync, RowDeadline, () => "all rows", cancellationToken);
        }
        catch (TimeoutException)
        {
            // Missing rows are a figure here, not a failure.
        }

        return (rows, lost);

        async Task<bool> ReadAsync()
        {
            var answer = await silo.Client.QueryAsync(
                $"""
                import px
                df = px.DataFrame('http_events', start_time='-2m')
                df = df[df.local_port == {port}]
                df = df[px.contains(df.req_path, '/bench')]
                df = df.groupby(['local_port']).agg(requests=('latency', px.count))
                px.display(df)
                """,
                cancellationToken);
            rows = answer.Rows.Sum(row => row["requests"].GetInt64());
            lost = answer.LostEvents + answer.RowsExpired;
            return rows >= expected;
        }
    }

    private static double Us(long ns, LoadResult load) => ns / 1000.0 / load.Requests;
}
