using System.Diagnostics;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Bench.Live;

/// <summary>A silo by itself: start, rest, small queries, memory after traffic.</summary>
internal static class SiloLiveBench
{
    private const int Connections = 16;
    private const int WarmQueries = 100;
    private const int Queries = 500;
    private const long MiB = 1 << 20;
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BusyTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RowDeadline = TimeSpan.FromSeconds(30);

    /// <summary>
    /// From the start of the process to the first row that a query returns, with requests all the while.
    /// </summary>
    public static async Task<IReadOnlyList<Figure>> StartAsync(CancellationToken cancellationToken)
    {
        await using var nginx = await HttpServers.NginxAsync(cancellationToken);
        using var http = new HttpClient();
        var watch = Stopwatch.StartNew();
        await using var silo = await SiloProcess.StartAsync([], cancellationToken);
        var ready = watch.Elapsed;
        await Poll.UntilAsync(
            async () =>
            {
                await http.GetStringAsync(new Uri(nginx.Address, "/first"), cancellationToken);
                return (await silo.Client.QueryAsync(Script(nginx.Port), cancellationToken)).Rows.Count > 0;
            },
            RowDeadline,
            () => "a first row",
            cancellationToken);
        return
        [
            new("start: process to ready", ready.TotalSeconds, "s"),
            new("start: process to first row", watch.Elapsed.TotalSeconds, "s", "<= 3"),
        ];
    }

    /// <summary>CPU and memory of a silo that nobody talks to, with its probes attached.</summary>
    public static async Task<IReadOnlyList<Figure>> IdleAsync(CancellationToken cancellationToken)
    {
        await using var silo = await SiloProcess.StartAsync([], cancellationToken);
        await RestAsync(cancellationToken); // start-up work ends
        var start = ProcessCpu.TreeNs(silo.Process.Id);
        var elapsed = await RestAsync(cancellationToken);
        var used = ProcessCpu.TreeNs(silo.Process.Id) - start;
        return
        [
            new("idle: CPU, share of a core", 100.0 * used / elapsed.TotalNanoseconds, "%", "<= 2.5"),
            new("idle: resident memory", silo.Process.ResidentBytes / (double)MiB, "MiB"),
        ];
    }

    /// <summary>A small query on a warm silo, receipt to last row, seen from the client.</summary>
    public static async Task<IReadOnlyList<Figure>> QueryAsync(CancellationToken cancellationToken)
    {
        await using var nginx = await HttpServers.NginxAsync(cancellationToken);
        await using var silo = await SiloProcess.StartAsync([], cancellationToken);
        await Wrk.RunAsync(nginx.Address, Connections, TimeSpan.FromSeconds(1), cancellationToken);
        var milliseconds = new List<double>();
        for (var i = 0; i < WarmQueries + Queries; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await silo.Client.QueryAsync(Script(nginx.Port), cancellationToken);
            if (i >= WarmQueries)
            {
                milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        milliseconds.Sort();
        return
        [
            new("small query, warm: p50", milliseconds[Queries / 2], "ms", "<= 10"),
            new("small query, warm: p99", milliseconds[Queries * 99 / 100], "ms", "<= 50"),
        ];
    }

    /// <summary>Resident memory with tables of 256 MiB full of closed-loop traffic.</summary>
    public static async Task<IReadOnlyList<Figure>> MemoryAsync(CancellationToken cancellationToken)
    {
        await using var nginx = await HttpServers.NginxAsync(cancellationToken);
        await using var silo = await SiloProcess.StartAsync(
            [$"--NodeProbe:TableBudgetBytes={256 * MiB}"], cancellationToken);
        var load = await Wrk.RunAsync(nginx.Address, Connections, BusyTime, cancellationToken);
        return
        [
            new("memory: requests before the reading", load.Requests, ""),
            new("memory: resident, busy, tables of 256 MiB", silo.Process.ResidentBytes / (double)MiB, "MiB", "<= 512"),
        ];
    }

    private static async Task<TimeSpan> RestAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(IdleTime);
        var watch = Stopwatch.StartNew();
        await timer.WaitForNextTickAsync(cancellationToken);
        return watch.Elapsed;
    }

    private static string Script(int port) =>
        $"""
        import px
        df = px.DataFrame('http_events', start_time='-5m')
        df = df[df.local_port == {port}]
        df = df[['time_', 'req_method', 'req_path', 'resp_status', 'latency']]
        px.display(df.head(10))
        """;
}
