using System.Diagnostics;
using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.NodeProbe.Profiles;
using PixieOrleans.NodeProbe.Profiles.Unwinding;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Bench.Live;

/// <summary>
/// What the profiler costs at 99 Hz while 200 threads of a program without frame pointers keep all CPUs busy, beside
/// perf in the same time; and how long naming takes.
/// </summary>
internal static class ProfilerLiveBench
{
    private const int Hz = 99;
    private const int PerfEventType = 7; // BPF_PROG_TYPE_PERF_EVENT
    private const double Percent = 100;
    private const double NsPerSecond = 1e9;
    private const double NsPerMs = 1e6;
    private const double NsPerUs = 1e3;
    private static readonly TimeSpan MeasureTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WarmTime = TimeSpan.FromSeconds(20);

    /// <summary>CPU of the profiler and of perf, share of the machine; time to name a stack.</summary>
    public static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        using var statistics = new BpfRunTime();
        var program = await CPrograms.BuildAsync(
            "ProfilerLoad.c", ["-pthread", "-fomit-frame-pointer"], cancellationToken);
        await using var silo = await SiloProcess.StartAsync(
            ["--NodeProbe:Sources:0=perf_profiler", $"--NodeProbe:ProfilerHz={Hz}"], cancellationToken);
        await using var load = ChildProcess.Start(program, []); // not before: it would take a minute to start beside it
        var figures = await CompareAsync(silo, folder, cancellationToken);
        figures.AddRange(await NameAsync(load.Id, cancellationToken));
        await load.KillAsync(CancellationToken.None);
        figures.AddRange(await PythonSampleBench.MeasureAsync(cancellationToken));
        return figures;
    }

    private static async Task<List<Figure>> CompareAsync(
        SiloProcess silo, TempFolder folder, CancellationToken cancellationToken)
    {
        await BenchTime.WaitAsync(WarmTime, cancellationToken); // what is met first has been named
        await using var perf = ChildProcess.Start(
            Programs.Require("perf", "linux-perf"),
            ["record", "-q", "-F", $"{Hz}", "-a", "-g", "-o", folder.File("perf.data")]);
        await BenchTime.WaitAsync(TimeSpan.FromSeconds(2), cancellationToken);
        var watch = Stopwatch.StartNew();
        var before = await ReadAsync(silo, perf, cancellationToken);
        await BenchTime.WaitAsync(MeasureTime, cancellationToken);
        var after = await ReadAsync(silo, perf, cancellationToken);
        var cpuNs = watch.Elapsed.TotalSeconds * NsPerSecond * Environment.ProcessorCount;
        await perf.StopAsync(cancellationToken);
        var (kernel, user) = (after.KernelNs - before.KernelNs, after.UserNs - before.UserNs);
        var runs = after.Runs - before.Runs;
        return
        [
            new("profiler, 99 Hz, 200 threads: CPU in the kernel, share of the machine", Percent * kernel / cpuNs, "%"),
            new("profiler, 99 Hz, 200 threads: CPU of its thread, share of the machine", Percent * user / cpuNs, "%"),
            new(
                "profiler, 99 Hz, 200 threads: CPU, share of the machine",
                Percent * (kernel + user) / cpuNs,
                "%",
                "<= 0.5"),
            new("profiler, 99 Hz, 200 threads: a sample in the kernel", (double)kernel / Math.Max(1, runs), "ns"),
            new("profiler, 99 Hz, 200 threads: samples", runs / watch.Elapsed.TotalSeconds, "/s"),
            new("profiler, 99 Hz, 200 threads: lost", after.Losses - before.Losses, "", "0"),
            new(
                "perf record -F 99 -a -g: CPU of its process, without its part in the kernel's interrupts",
                Percent * (after.PerfNs - before.PerfNs) / cpuNs,
                "%"),
        ];
    }

    private static async Task<Reading> ReadAsync(
        SiloProcess silo, ChildProcess perf, CancellationToken cancellationToken)
    {
        var source = (await SourceReading.ReadAsync(silo, cancellationToken))[ProfilerSource.Name];
        var (ns, runs) = BpfRunTime.Read(silo.Process.Id, PerfEventType);
        return new Reading(
            ns,
            runs,
            (long)(source.CpuMs * NsPerMs),
            source.Losses,
            ProcessCpu.TreeNs(perf.Id));
    }

    private static async Task<List<Figure>> NameAsync(int processId, CancellationToken cancellationToken)
    {
        using var probe = SamplingProbe.Load(Hz, new NodeProbe.NodeProbeOptions().ProfileStackBytes);
        var taker = new Taker(probe, processId);
        probe.FollowCpus(OnlineCpus.Read());
        await BenchTime.WaitAsync(TimeSpan.FromSeconds(5), cancellationToken);
        var unwinding = taker.Drain();
        var names = new StackNames(64 << 20);
        var (cold, warm) = (Name(), Name());
        return
        [
            new("profiler: unwinding, tables of the program read in it", unwinding, "µs/sample"),
            new("profiler: naming, nothing known of the program", cold, "µs/stack"),
            new("profiler: naming, its functions known", warm, "µs/stack"),
        ];

        double Name()
        {
            var startNs = BootClock.ThreadCpuNs();
            foreach (var stack in taker.Counts.Unnamed)
            {
                names.NameOf(stack, Stopwatch.GetTimestamp());
            }

            return (BootClock.ThreadCpuNs() - startNs) / NsPerUs / Math.Max(1, taker.Counts.Unnamed.Count);
        }
    }

    private sealed record Reading(long KernelNs, long Runs, long UserNs, long Losses, long PerfNs);

    /// <summary>Takes the samples of one process and unwinds them.</summary>
    private sealed class Taker(SamplingProbe probe, int processId) : IRingRecordConsumer
    {
        private readonly StackUnwinder _unwinder = new(64 << 20);
        private readonly ulong[] _frames = new ulong[RawSample.MaxFrames];
        private long _nowNs;
        private int _samples;

        public StackCounts Counts { get; } = new(64 << 20);

        /// <summary>Takes all there are; µs of CPU per sample.</summary>
        public double Drain()
        {
            var self = this;
            _nowNs = Stopwatch.GetTimestamp();
            var startNs = BootClock.ThreadCpuNs();
            probe.Drain(ref self);
            return (BootClock.ThreadCpuNs() - startNs) / NsPerUs / Math.Max(1, _samples);
        }

        public void OnRecord(ReadOnlySpan<byte> record)
        {
            if (RawSample.TryRead(record, out var sample) && sample.Header.Tgid == processId)
            {
                Counts.Add(_unwinder.Unwind(sample, _nowNs, _frames));
                _samples++;
            }
        }
    }
}
