using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Bench.Live;

/// <summary>One load on one server, with or without a silo watching.</summary>
/// <param name="Load">What the load generator counted.</param>
/// <param name="ServerUs">CPU of the server per request, µs.</param>
/// <param name="AgentUs">CPU of the silo per request, µs; 0 without a silo.</param>
/// <param name="Rows">Rows of the server in http_events; 0 without a silo.</param>
/// <param name="LostEvents">Losses that the silo reports for the run.</param>
internal sealed record LoadRun(LoadResult Load, double ServerUs, double AgentUs, long Rows, long LostEvents)
{
    private static readonly TimeSpan RowDeadline = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Starts nginx, drives the load once to warm both processes up and once to measure; with a silo, waits for the
    /// rows. A file with a certificate and its key makes it TLS.
    /// </summary>
    public static async Task<LoadRun> RunAsync(
        SiloProcess? silo,
        Func<Uri, Task<LoadResult>> drive,
        CancellationToken cancellationToken,
        string? pem = null)
    {
        await using var nginx = await HttpServers.NginxAsync(cancellationToken, pem);
        await drive(new Uri(nginx.Address, "/warm-up"));
        var serverStart = ProcessCpu.TreeNs(nginx.ProcessId);
        var agentStart = silo is null ? 0 : ProcessCpu.TreeNs(silo.Process.Id);
        var load = await drive(new Uri(nginx.Address, "/bench"));
        var serverUs = Us(ProcessCpu.TreeNs(nginx.ProcessId) - serverStart, load);
        if (silo is null)
        {
            return new LoadRun(load, serverUs, 0, 0, 0);
        }

        var agentUs = Us(ProcessCpu.TreeNs(silo.Process.Id) - agentStart, load);
        var (rows, lost) = await CountAsync(silo, nginx.Port, load.Requests, cancellationToken);
        return new LoadRun(load, serverUs, agentUs, rows, lost);
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
