using PixieOrleans.NodeProbe.Profiles;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Bench.Live;

/// <summary>What frames of Python cost a sample in the kernel: threads 40 calls deep, with and without.</summary>
internal static class PythonSampleBench
{
    private const int PerfEventType = 7; // BPF_PROG_TYPE_PERF_EVENT
    private const int Hz = 99;
    private static readonly TimeSpan WarmTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MeasureTime = TimeSpan.FromSeconds(15);

    // Each process has 8 threads, the newest first in the interpreter's list; one at a time has its lock.
    private const string Program = """
        import threading

        def work():
            while True:
                sum(range(1000))

        def deep(n):
            return deep(n - 1) if n else work()

        for i in range(8):
            threading.Thread(target=deep, args=(40,)).start()
        """;

    /// <summary>Time of a sample, all processes of the machine together.</summary>
    public static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken) =>
    [
        new(
            "profiler: a sample in the kernel, Python on all CPUs, without its frames",
            await MeasureAsync(withFrames: false, cancellationToken),
            "ns"),
        new(
            "profiler: a sample in the kernel, Python on all CPUs, 42 frames of it",
            await MeasureAsync(withFrames: true, cancellationToken),
            "ns"),
    ];

    private static async Task<double> MeasureAsync(bool withFrames, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        using var statistics = new BpfRunTime();
        await using var silo = await SiloProcess.StartAsync(
            [
                $"--NodeProbe:Sources:0={ProfilerSource.Name}", $"--NodeProbe:ProfilerHz={Hz}",
                $"--NodeProbe:ProfilePython={withFrames}",
            ],
            cancellationToken);
        var (python, script) = (Programs.Require("python3", "python3"), folder.Write("deep.py", Program));
        var programs = Enumerable.Range(0, 2 * Environment.ProcessorCount)
            .Select(_ => ChildProcess.Start(python, [script])).ToList();
        try
        {
            await BenchTime.WaitAsync(WarmTime, cancellationToken);
            var before = BpfRunTime.Read(silo.Process.Id, PerfEventType);
            await BenchTime.WaitAsync(MeasureTime, cancellationToken);
            var after = BpfRunTime.Read(silo.Process.Id, PerfEventType);
            return (double)(after.Ns - before.Ns) / Math.Max(1, after.Runs - before.Runs);
        }
        finally
        {
            foreach (var program in programs)
            {
                await program.DisposeAsync();
            }
        }
    }
}
