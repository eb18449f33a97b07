using System.Diagnostics;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Soak;

/// <summary>
/// 5,000 short processes a minute, of 500 programs, with all sources and all that the profiler can do: each exit is a
/// row, memory and descriptors stay flat, nothing fails.
/// </summary>
internal static class ProfilerChurn
{
    private const int PerMinute = 5000;
    private const int Programs = 500; // files: what is cached by file is met again and again
    private const int ExitCode = 7;
    private const int MaxGrowthMiB = 48; // heap noise of a garbage-collected process
    private const int MaxDescriptors = 16; // more than before: connections of the queries
    private static readonly string[] ProbeLinks = ["anon_inode:bpf_link", "anon_inode:[perf_event]"];
    private const int MaxCpuPercent = 50; // of one CPU, all sources together
    private static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Measured = TimeSpan.FromMinutes(3);

    // Some milliseconds in two functions, so that there is something to sample, then a short wait.
    private const string Program = """
        #include <time.h>
        static volatile unsigned long x;
        __attribute__((noinline)) static void turn(int n) { for (int i = 0; i < n; i++) x += i; }
        __attribute__((noinline)) static void work(void) { for (int i = 0; i < 30; i++) { turn(100000); x++; } }
        int main(void) { struct timespec t = { 0, 2000000 }; work(); nanosleep(&t, 0); return 7; }
        """;

    public static async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        await CompileAsync(folder, cancellationToken);
        await using var silo = await SiloProcess.StartAsync(
            ["--NodeProbe:ProfileOffCpu=true", "--NodeProbe:ProfileJavaMaps=true"],
            cancellationToken);
        var (started, leastBefore) = await LoadAsync(silo, folder, WarmUp, cancellationToken);
        var before = await Reading.TakeAsync(silo, cancellationToken);

        var (measured, leastAfter) = await LoadAsync(silo, folder, Measured, cancellationToken);

        var after = await Reading.TakeAsync(silo, cancellationToken);
        var exits = await WaitForExitsAsync(silo, started + measured, cancellationToken);
        figures.Print("profiler: processes a minute", measured / Measured.TotalMinutes, "");
        figures.Exactly("profiler: exits recorded", exits, started + measured, "rows");
        figures.AtMost(
            "profiler: growth of the least of a minute, apart from rows",
            (leastAfter - leastBefore) >> 20,
            MaxGrowthMiB,
            "MiB");
        Compare(figures, before, after);
    }

    private static void Compare(Figures figures, Reading before, Reading after)
    {
        var cpu = (after.Cpu - before.Cpu) / (after.At - before.At);
        figures.Print("profiler: resident before", before.State.ResidentBytes >> 20, "MiB");
        figures.Print("profiler: resident after", after.State.ResidentBytes >> 20, "MiB");
        figures.AtMost(
            "profiler: descriptors apart from probes", after.Descriptors, before.Descriptors + MaxDescriptors, "");
        figures.AtMost("profiler: CPU of the silo, of one", 100 * cpu, MaxCpuPercent, "%");
        foreach (var (name, source) in after.Sources)
        {
            var was = before.Sources[name];
            figures.Print($"profiler: {name}: CPU", source.CpuMs - was.CpuMs, "ms");
            figures.Print($"profiler: {name}: losses", source.Losses - was.Losses, "");
        }

        figures.Exactly(
            "profiler: sources that failed since",
            after.Sources.Count(source => source.Value.State != before.Sources[source.Key].State),
            0,
            "");
    }

    private static async Task CompileAsync(TempFolder folder, CancellationToken cancellationToken)
    {
        var clang = TestKit.Servers.Programs.Require("clang", "clang");
        await ChildProcess.RunAsync(
            clang,
            ["-O2", "-fomit-frame-pointer", "-o", folder.File("program"), folder.Write("program.c", Program)],
            cancellationToken);
        for (var i = 0; i < Programs; i++)
        {
            File.Copy(folder.File("program"), folder.File(NameOf(i)));
        }
    }

    private static string NameOf(int program) => $"pxo-churn-{program}";

    /// <summary>
    /// Starts processes at the pace, by a shell each second; how many have ended as they should, and the least memory
    /// of the last minute: collections come when the runtime likes.
    /// </summary>
    private static async Task<(long Count, long LeastBytes)> LoadAsync(
        SiloProcess silo, TempFolder folder, TimeSpan time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var watch = Stopwatch.StartNew();
        var (shells, count, least) = (new List<Task>(), 0, long.MaxValue);
        while (watch.Elapsed < time)
        {
            var due = (int)(PerMinute * watch.Elapsed.TotalMinutes) - count;
            var names = Enumerable.Range(count, due).Select(i => NameOf(i % Programs));
            shells.Add(ChildProcess.RunAsync(
                "/bin/sh",
                [
                    "-c",
                    $"cd '{folder.Path}'; "
                        + $"for p in {string.Join(' ', names)}; do ./$p; [ $? = {ExitCode} ] || exit 1; done",
                ],
                cancellationToken));
            count += due;
            if (time - watch.Elapsed < TimeSpan.FromMinutes(1))
            {
                least = Math.Min(least, (await SiloState.ReadAsync(silo, cancellationToken)).OtherBytes);
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        await Task.WhenAll(shells);
        return (count, least);
    }

    /// <summary>Waits until the rows of all exits are there; how many there are then.</summary>
    private static async Task<long> WaitForExitsAsync(
        SiloProcess silo, long expected, CancellationToken cancellationToken)
    {
        var count = 0L;
        var watch = Stopwatch.StartNew();
        await Poll.UntilAsync(
            async () =>
            {
                count = await CountExitsAsync(silo, cancellationToken);
                return count >= expected || watch.Elapsed > TimeSpan.FromSeconds(20);
            },
            TimeSpan.FromSeconds(60),
            () => $"{count} of {expected} exits",
            cancellationToken);
        return count;
    }

    private static async Task<long> CountExitsAsync(SiloProcess silo, CancellationToken cancellationToken)
    {
        var answer = await silo.Client.QueryAsync(
            $"""
            import px
            df = px.DataFrame('proc_exit_events', start_time='-20m')
            df = df[px.contains(df.comm, 'pxo-churn')]
            df = df[df.exit_code == {ExitCode}]
            df.n = 1
            df = df.agg(n=('n', px.sum))
            px.display(df, 'n')
            """,
            cancellationToken);
        return answer.Rows is [var row, ..] ? row["n"].GetInt64() : 0;
    }

    private sealed record Source(string State, double CpuMs, long Losses);

    private sealed record Reading(
        DateTimeOffset At, TimeSpan Cpu, int Descriptors, SiloState State, Dictionary<string, Source> Sources)
    {
        public static async Task<Reading> TakeAsync(SiloProcess silo, CancellationToken cancellationToken)
        {
            var state = await SiloState.ReadAsync(silo, cancellationToken);
            var status = await silo.Client.GetAsync("/api/v1/status", cancellationToken);
            var descriptors = Directory.GetFiles($"/proc/{silo.Process.Id}/fd")
                .Count(path => new FileInfo(path).LinkTarget is { } target && !ProbeLinks.Contains(target));
            return new Reading(
                TimeProvider.System.GetUtcNow(),
                silo.Process.CpuTime,
                descriptors,
                state,
                status.GetProperty("nodes")[0].GetProperty("sources").EnumerateArray().ToDictionary(
                    source => source.GetProperty("name").GetString()!,
                    source => new Source(
                        source.GetProperty("state").GetString()!,
                        source.GetProperty("cpuMs").GetDouble(),
                        source.GetProperty("losses").GetInt64())));
        }
    }
}
