using System.Diagnostics;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Bench.Live;

/// <summary>What the sources about processes cost on a machine with many of them.</summary>
internal static class SourcesLiveBench
{
    private const int Processes = 2000;
    private const double Percent = 100;
    private static readonly string[] MeasuredElsewhere = ["socket_tracer", "perf_profiler"];
    private static readonly TimeSpan MeasureTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(120);

    // Quiet processes, and 5,000 short ones per minute.
    private static readonly string Script =
        $"""
        import os, signal, subprocess, time
        quiet = [subprocess.Popen(['sleep', '600'], stdout=subprocess.DEVNULL) for i in range({Processes})]
        def stop(*_):
            for p in quiet: p.kill()
            os._exit(0)
        signal.signal(signal.SIGTERM, stop)
        print('ready', flush=True)
        while True:
            pid = os.fork()
            if pid == 0: os._exit(0)
            os.waitpid(pid, 0)
            time.sleep(0.008)
        """;

    /// <summary>CPU of each source with 2,000 quiet processes and 5,000 short ones per minute.</summary>
    public static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var load = ChildProcess.Start(Programs.Require("python3", "python3"), ["-c", Script]);
        await Poll.UntilAsync(
            () => Task.FromResult(load.Output.Contains("ready", StringComparison.Ordinal)),
            StartDeadline,
            () => $"{Processes} processes; output: {load.Output}",
            cancellationToken);
        try
        {
            return await MeasureSiloAsync(cancellationToken);
        }
        finally
        {
            await load.StopAsync(CancellationToken.None); // it ends its children; looking for them here takes minutes
        }
    }

    private static async Task<IReadOnlyList<Figure>> MeasureSiloAsync(CancellationToken cancellationToken)
    {
        await using var silo = await SiloProcess.StartAsync([], cancellationToken);
        await RestAsync(cancellationToken); // start-up work ends
        var watch = Stopwatch.StartNew();
        var before = await SourceReading.ReadAsync(silo, cancellationToken);
        await RestAsync(cancellationToken);
        var after = await SourceReading.ReadAsync(silo, cancellationToken);
        return ToFigures(before, after, watch.Elapsed.TotalSeconds);
    }

    private static List<Figure> ToFigures(
        Dictionary<string, SourceReading> before, Dictionary<string, SourceReading> after, double seconds)
    {
        var figures = new List<Figure>();
        var total = 0.0;
        foreach (var (name, now) in after.Where(s => !MeasuredElsewhere.Contains(s.Key)))
        {
            var share = Percent * (now.CpuMs - before[name].CpuMs) / 1000 / seconds;
            total += share;
            figures.Add(new($"sources, {Processes} processes: {name}: CPU, share of a core", share, "%"));
        }

        var exits = after["proc_exit_tracer"].Rows - before["proc_exit_tracer"].Rows;
        var rows = after["process_stats"].Rows - before["process_stats"].Rows;
        figures.Add(new($"sources, {Processes} processes: all: CPU, share of a core", total, "%", "<= 1"));
        figures.Add(new($"sources, {Processes} processes: process_stats", rows / seconds, "rows/s"));
        figures.Add(new($"sources, {Processes} processes: ends of processes", 60 * exits / seconds, "/min"));
        figures.Add(new(
            $"sources, {Processes} processes: lost",
            after.Where(s => !MeasuredElsewhere.Contains(s.Key)).Sum(s => s.Value.Losses),
            "",
            "0"));
        return figures;
    }

    private static async Task RestAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(MeasureTime);
        await timer.WaitForNextTickAsync(cancellationToken);
    }
}
