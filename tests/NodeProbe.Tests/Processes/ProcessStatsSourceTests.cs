using System.Globalization;
using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.NodeProbe.Tests.Sources;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Processes;

/// <summary>Rows of process_stats, compared with what ps and /proc tell about the same process.</summary>
public sealed class ProcessStatsSourceTests
{
    // 0.3 s of work in a thread that ends, 0.2 s in one that stays, 40 MiB, a file of 1 MiB that reaches the disk.
    private const string Script =
        """
        import os, signal, sys, tempfile, threading, time
        def work(seconds):
            end = time.thread_time() + seconds
            while time.thread_time() < end: sum(range(50000))
        ended = threading.Thread(target=work, args=(0.3,)); ended.start(); ended.join()
        def stay():
            work(0.2); done.set(); forever.wait()
        done, forever = threading.Event(), threading.Event()
        threading.Thread(target=stay, daemon=True).start(); done.wait()
        kept = bytearray(os.urandom(1)) * (40 << 20)
        with tempfile.TemporaryFile(dir=sys.argv[1]) as f:
            f.write(b'x' * (1 << 20)); f.flush(); os.fsync(f.fileno())
        print('ready', flush=True)
        signal.pause()
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("iterator")]
    [InlineData("proc")]
    public async Task Rows_OfAQuietProcess_EqualWhatTheMachineTells(string way)
    {
        Programs.RequireRoot();
        using var folder = new TempFolder();
        await using var child = await StartAsync(folder.Path);
        using var fixture = new SourceFixture();
        using ITaskReader reader = way == "proc" ? new ProcFsTasks("a test") : TaskIterator.Open();
        using var table = new ProcessTable(() => reader);
        using var source = new ProcessStatsSource(fixture.Context, table);
        source.Start();
        source.Tick(fixture.Clock.NowNs);

        var row = Assert.Single(fixture.ReadOf(
            "process_stats", child.Id, "major_faults", "minor_faults", "cpu_utime_ns", "cpu_ktime_ns", "num_threads",
            "vsize_bytes", "rss_bytes", "rchar_bytes", "wchar_bytes", "read_bytes", "write_bytes"));

        var ps = await PsAsync(child.Id, "maj_flt", "min_flt", "nlwp", "vsz", "rss");
        Assert.Equal([ps[0], ps[1], ps[2], ps[3] * 1024], [row[0], row[1], row[4], row[5]]);
        Assert.InRange(row[6], (ps[4] * 1024) - (2 << 20), (ps[4] * 1024) + (2 << 20)); // both count in batches per CPU
        Assert.InRange(row[2] + row[3], 500_000_000, child.CpuTime.Ticks * 100 + 20_000_000); // whole ticks of 10 ms
        Assert.InRange(row[2] + row[3], (child.CpuTime.Ticks * 100) - 20_000_000, long.MaxValue);
        Assert.True(row[2] > row[3], "the script works in user space");
        Assert.Equal(Io(child.Id), row[7..]);
        Assert.True(row[10] >= 1 << 20);
        Assert.Equal(2, row[4]);
    }

    [Fact]
    public async Task Rows_SecondAfterSecond_OnePerProcessAndTick()
    {
        Programs.RequireRoot();
        using var folder = new TempFolder();
        await using var child = await StartAsync(folder.Path);
        using var fixture = new SourceFixture();
        using var source = new ProcessStatsSource(fixture.Context);
        source.Start();

        var nowNs = fixture.Clock.NowNs;
        for (var second = 0; second < 3; second++)
        {
            source.Tick(nowNs + (second * 1_000_000_000L));
        }

        Assert.Equal(
            [nowNs, nowNs + 1_000_000_000, nowNs + 2_000_000_000],
            fixture.ReadOf("process_stats", child.Id, "time_").Select(row => row[0]));
        Assert.Empty(fixture.ReadOf("process_stats", 2, "time_")); // kthreadd, where there is one
    }

    [Fact]
    public async Task Rows_OfABusyProcess_AreAsPidstatTells()
    {
        Programs.RequireRoot();
        var pidstat = Programs.Require("pidstat", "sysstat");
        await using var child = ChildProcess.Start(
            Programs.Require("python3", "python3"),
            ["-c", "kept = bytearray(b'x') * (30 << 20)\nprint('ready', flush=True)\nwhile True: sum(range(50000))"]);
        await SourceFixture.Until(() => child.Output.Contains("ready", StringComparison.Ordinal) || child.HasExited);
        using var fixture = new SourceFixture();
        using var source = new ProcessStatsSource(fixture.Context);
        source.Start();

        source.Tick(fixture.Clock.NowNs);
        var text = await ChildProcess.RunAsync(
            "env", ["LC_ALL=C", pidstat, "-u", "-r", "-h", "-H", "-p", $"{child.Id}", "2", "1"], Cancelled);
        source.Tick(fixture.Clock.NowNs);

        // From its end: VSZ, RSS (KiB), %MEM, command; %CPU is the 8th column.
        var told = text.Split('\n')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var toldNs = double.Parse(told[7], CultureInfo.InvariantCulture) / 100 * 2_000_000_000;
        var rows = fixture.ReadOf("process_stats", child.Id, "time_", "cpu_utime_ns", "cpu_ktime_ns", "rss_bytes");
        var (first, last) = (rows[0], rows[^1]);
        var usedNs = last[1] + last[2] - first[1] - first[2];
        var besideNs = last[0] - first[0] - 2_000_000_000; // what our interval is longer by
        Assert.InRange(usedNs, toldNs - 50_000_000, toldNs + besideNs + 50_000_000); // ticks of 10 ms, %CPU rounded
        Assert.InRange(last[3] - (long.Parse(told[^3], CultureInfo.InvariantCulture) * 1024), -(2 << 20), 2 << 20);
    }

    private static async Task<ChildProcess> StartAsync(string folder)
    {
        var child = ChildProcess.Start(Programs.Require("python3", "python3"), ["-c", Script, folder]);
        await SourceFixture.Until(() => child.Output.Contains("ready", StringComparison.Ordinal) || child.HasExited);
        Assert.False(child.HasExited, child.Output);
        return child;
    }

    private static async Task<long[]> PsAsync(int processId, params string[] columns)
    {
        var arguments = columns
            .SelectMany(column => (string[])["-o", $"{column}="]).Append("-p").Append($"{processId}");
        var line = await ChildProcess.RunAsync(Programs.Require("ps", "procps"), arguments, Cancelled);
        return
        [
            .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(cell => long.Parse(cell, CultureInfo.InvariantCulture)),
        ];
    }

    private static long[] Io(int processId)
    {
        var values = File.ReadLines($"/proc/{processId}/io").ToDictionary(
            line => line.Split(':')[0], line => long.Parse(line.Split(':')[1], CultureInfo.InvariantCulture));
        return [values["rchar"], values["wchar"], values["read_bytes"], values["write_bytes"]];
    }
}
