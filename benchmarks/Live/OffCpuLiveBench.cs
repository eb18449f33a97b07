using System.Diagnostics;
using PixieOrleans.NodeProbe.Profiles;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Bench.Live;

/// <summary>What time off the CPU costs and loses while 500 threads sleep and wake.</summary>
internal static class OffCpuLiveBench
{
    private const int RawTracepointType = 17; // BPF_PROG_TYPE_RAW_TRACEPOINT: no other source that has one runs
    private const double Percent = 100;
    private const double NsPerSecond = 1e9;
    private const double NsPerMs = 1e6;
    private static readonly TimeSpan WarmTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MeasureTime = TimeSpan.FromSeconds(20);

    /// <summary>CPU, share of the machine; losses.</summary>
    public static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        using var statistics = new BpfRunTime();
        var program = await CPrograms.BuildAsync("OffCpuLoad.c", ["-pthread"], cancellationToken);
        await using var silo = await SiloProcess.StartAsync(
            ["--NodeProbe:Sources:0=perf_profiler", "--NodeProbe:ProfileOffCpu=true"], cancellationToken);
        await using var load = ChildProcess.Start(program, []);
        await WaitAsync(WarmTime, cancellationToken);
        var watch = Stopwatch.StartNew();
        var before = await ReadAsync(silo, cancellationToken);
        await WaitAsync(MeasureTime, cancellationToken);
        var after = await ReadAsync(silo, cancellationToken);
        var seconds = watch.Elapsed.TotalSeconds;
        var cpuNs = seconds * NsPerSecond * Environment.ProcessorCount;
        await load.KillAsync(CancellationToken.None);
        var (kernel, user) = (after.KernelNs - before.KernelNs, after.UserNs - before.UserNs);
        var runs = after.Runs - before.Runs;
        return
        [
            new("off CPU, 500 threads: switches of threads", runs / seconds, "/s"),
            new("off CPU, 500 threads: a switch in the kernel", (double)kernel / Math.Max(1, runs), "ns"),
            new("off CPU, 500 threads: CPU in the kernel, share of the machine", Percent * kernel / cpuNs, "%"),
            new("off CPU, 500 threads: CPU of the profiler's thread", Percent * user / cpuNs, "%"),
            new("off CPU, 500 threads: lost", (after.Losses - before.Losses) / seconds, "/s", "0"),
        ];
    }

    private static async Task<Reading> ReadAsync(SiloProcess silo, CancellationToken cancellationToken)
    {
        var source = (await SourceReading.ReadAsync(silo, cancellationToken))[ProfilerSource.Name];
        var (ns, runs) = BpfRunTime.Read(silo.Process.Id, RawTracepointType);
        return new Reading(ns, runs, (long)(source.CpuMs * NsPerMs), source.Losses);
    }

    private static async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(cancellationToken);
    }

    private sealed record Reading(long KernelNs, long Runs, long UserNs, long Losses);
}
