using System.Diagnostics;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Soak;

/// <summary>What tracing costs: CPU per request of server and silo, memory, start, queries. Part of ./bench.</summary>
internal static class Cost
{
    private const int Rate = 9000; // requests per second
    private const int Connections = 32;
    private const int Queries = 200;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdleDuration = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        await using var server = await HttpServers.NginxAsync(cancellationToken);
        await PacedLoad.RunAsync(server.Address, Rate, Connections, TimeSpan.FromSeconds(2), cancellationToken);
        var untraced = await MeasureServerAsync(server, cancellationToken);
        var watch = Stopwatch.StartNew();
        await using var silo = await SiloProcess.StartAsync([], cancellationToken);
        figures.Print("silo: start to ready", watch.Elapsed.TotalSeconds, "s");
        await MeasureIdleAsync(silo, figures, cancellationToken);
        await PacedLoad.RunAsync(server.Address, Rate, Connections, TimeSpan.FromSeconds(2), cancellationToken);
        var siloBefore = silo.Process.CpuTime;

        var traced = await MeasureServerAsync(server, cancellationToken);

        var siloCpu = (silo.Process.CpuTime - siloBefore).TotalMicroseconds / (Rate * Duration.TotalSeconds);
        figures.Print($"nginx at {Rate}/s, untraced: CPU per request", untraced, "us");
        figures.Print($"nginx at {Rate}/s, traced: CPU per request", traced, "us");
        figures.Print("nginx: CPU added per request", traced - untraced, "us");
        figures.Print("silo: CPU per traced request, kernel to row", siloCpu, "us");
        await MeasureClosedLoopAsync(silo, server, figures, cancellationToken);
        await MeasureQueriesAsync(silo, server, figures, cancellationToken);
        figures.Print("silo: resident after the load", silo.Process.ResidentBytes >> 20, "MiB");
    }

    /// <summary>Microseconds of the server's CPU per request under the paced load.</summary>
    private static async Task<double> MeasureServerAsync(HttpServer server, CancellationToken cancellationToken)
    {
        var before = server.CpuTime;
        var load = await PacedLoad.RunAsync(server.Address, Rate, Connections, Duration, cancellationToken);
        return (server.CpuTime - before).TotalMicroseconds / load.Requests;
    }

    private static async Task MeasureIdleAsync(
        SiloProcess silo, Figures figures, CancellationToken cancellationToken)
    {
        var before = silo.Process.CpuTime;
        using var timer = new PeriodicTimer(IdleDuration);
        await timer.WaitForNextTickAsync(cancellationToken);
        var share = (silo.Process.CpuTime - before) / IdleDuration;
        figures.Print("silo: CPU without load", share * 100, "% of a core");
        figures.Print("silo: resident without load", silo.Process.ResidentBytes >> 20, "MiB");
    }

    private static async Task MeasureClosedLoopAsync(
        SiloProcess silo, HttpServer server, Figures figures, CancellationToken cancellationToken)
    {
        var events = new HttpEvents(silo.Client);
        var logged = server.Log.Count();
        var load = await Wrk.RunAsync(server.Address, 64, Duration, cancellationToken);
        var log = await server.Log.WaitAsync(logged + (int)load.Requests, cancellationToken);
        var (rows, answer) = await events.ReadAsync(server, cancellationToken);
        figures.Print("closed loop, 64 connections: requests per second", load.Rate, "1/s");
        figures.Print("closed loop: logged requests", log.Count - logged, "requests");
        figures.Print("closed loop: rows of all loads so far", rows.Count, "rows");
        figures.Print("closed loop: events lost", answer.LostEvents, "events");
        figures.Print("closed loop: rows expired", answer.RowsExpired, "rows");
    }

    private static async Task MeasureQueriesAsync(
        SiloProcess silo, HttpServer server, Figures figures, CancellationToken cancellationToken)
    {
        var script = $"""
            import px
            df = px.DataFrame('http_events', start_time='-1s')
            df = df[df.local_port == {server.Port}]
            px.display(df.head(10))
            """;
        var times = new double[Queries];
        for (var i = 0; i < Queries; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await silo.Client.QueryAsync(script, cancellationToken);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        figures.Print("small query, warm: p50", times[Queries / 2], "ms");
        figures.Print("small query, warm: p99", times[Queries * 99 / 100], "ms");
    }
}
