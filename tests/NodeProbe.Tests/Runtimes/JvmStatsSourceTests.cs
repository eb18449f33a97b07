using System.Globalization;
using PixieOrleans.NodeProbe.Runtimes;
using PixieOrleans.NodeProbe.Tests.Sources;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Runtimes;

/// <summary>Rows of jvm_stats beside what jstat tells about the same machine.</summary>
public sealed class JvmStatsSourceTests
{
    private const string Program =
        """
        public class Busy {
            static byte[] kept;
            public static void main(String[] args) throws Exception {
                for (int i = 0; i < 2000; i++) kept = new byte[100_000];
                System.gc();
                kept = new byte[5_000_000];
                System.out.println("ready");
                Thread.sleep(600_000);
            }
        }
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("-XX:+UseSerialGC")]
    [InlineData("-XX:+UseParallelGC")]
    [InlineData("-XX:+UseG1GC")]
    public async Task Rows_OfAMachine_EqualWhatJstatTells(string collector)
    {
        Programs.RequireRoot();
        var (java, jstat) = (Programs.Require("java", "openjdk-17-jdk-headless"),
            Programs.Require("jstat", "openjdk-17-jdk-headless"));
        using var folder = new TempFolder();
        var source = Path.Combine(folder.Path, "Busy.java");
        await File.WriteAllTextAsync(source, Program, Cancelled);
        await ChildProcess.RunAsync(Programs.Require("javac", "openjdk-17-jdk-headless"), [source], Cancelled);
        await using var child = ChildProcess.Start(java, [collector, "-Xmx64m", "-cp", folder.Path, "Busy"]);
        await SourceFixture.Until(() => child.Output.Contains("ready", StringComparison.Ordinal) || child.HasExited);
        Assert.False(child.HasExited, child.Output);

        var (row, gc) = await SampleAsync(child.Id, jstat);

        Assert.InRange(row[0], (gc["YGCT"] * 1e9) - 1e6, (gc["YGCT"] * 1e9) + 1e6);
        Assert.InRange(row[1], (gc["FGCT"] * 1e9) - 1e6, (gc["FGCT"] * 1e9) + 1e6);
        Assert.True(row[1] > 0, "the program asks for a full collection");
        Assert.InRange(row[2] / 1024.0, Used(gc) - 1, Used(gc) + 1);
        Assert.True(row[2] > 5_000_000);
        Assert.InRange(row[3] / 1024.0, Committed(gc) - 1, Committed(gc) + 1);
        Assert.InRange(row[4], 60_000_000, (64 << 20) + 1024); // -Xmx64m; some collectors round it
    }

    [Fact]
    public async Task Find_PortsOfThisMachine_AreThoseOfTheirProcessesAndReachedThroughThem()
    {
        Programs.RequireRoot();
        await using var other = ChildProcess.Start(Programs.Require("sleep", "coreutils"), ["600"]);
        var left = $"/tmp/dotnet-diagnostic-{other.Id}-7-socket"; // as a killed process with this number would
        await File.WriteAllTextAsync(left, "", Cancelled);
        using var fixture = new SourceFixture();
        fixture.Context.Processes.Refresh(fixture.Clock.NowNs);
        var found = new List<RuntimeFile>();

        new RuntimeFiles(fixture.Context.Processes).FindDotnet(found);

        File.Delete(left);
        Assert.Single(found, file => file.Tgid == Environment.ProcessId);
        Assert.DoesNotContain(found, file => file.Tgid == other.Id);
        Assert.All(found, file => Assert.StartsWith($"/proc/{file.Tgid}/root/tmp/dotnet-diagnostic-", file.Path));
    }

    [Fact]
    public void Parse_CutAtEveryByte_NeverThrows()
    {
        var file = Perf();

        for (var length = 0; length < file.Length; length++)
        {
            Assert.Null(HsPerfData.Parse(file.AsSpan(0, length)));
        }

        Assert.Equal(new JvmCounters(0, 0, 0, 7, 0, 0), HsPerfData.Parse(file));
    }

    [Fact]
    public void Parse_AnyByteChanged_NeverThrows()
    {
        for (var at = 0; at < Perf().Length; at++)
        {
            foreach (var value in new byte[] { 0, 1, 0x7f, 0x80, 0xff })
            {
                var file = Perf();
                file[at] = value;
                Assert.True(HsPerfData.Parse(file) is not { UsedHeapBytes: not 0 });
            }
        }
    }

    private static double Used(Dictionary<string, double> gc) => gc["S0U"] + gc["S1U"] + gc["EU"] + gc["OU"];

    private static double Committed(Dictionary<string, double> gc) => gc["S0C"] + gc["S1C"] + gc["EC"] + gc["OC"];

    // The machine's own threads may allocate in between: until jstat tells the same before and after.
    private static async Task<(long[] Row, Dictionary<string, double> Gc)> SampleAsync(int processId, string jstat)
    {
        using var fixture = new SourceFixture();
        using var source = new JvmStatsSource(fixture.Context);
        source.Start();
        for (var attempt = 0; ; attempt++)
        {
            var before = await JstatAsync(processId, jstat);
            source.Tick(fixture.Clock.NowNs);
            var after = await JstatAsync(processId, jstat);
            if (before.OrderBy(c => c.Key).SequenceEqual(after.OrderBy(c => c.Key)) || attempt == 10)
            {
                var rows = fixture.ReadOf(
                    "jvm_stats", processId, "young_gc_time", "full_gc_time", "used_heap_size", "total_heap_size",
                    "max_heap_size");
                return (rows[^1], after);
            }
        }
    }

    private static async Task<Dictionary<string, double>> JstatAsync(int processId, string jstat)
    {
        var lines = (await ChildProcess.RunAsync(jstat, ["-gc", $"{processId}"], Cancelled)).Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        return lines[0].Zip(lines[1]).Where(cell => cell.Second != "-").ToDictionary(
            cell => cell.First, cell => double.Parse(cell.Second, CultureInfo.InvariantCulture));
    }

    /// <summary>One counter: sun.gc.generation.0.capacity = 7.</summary>
    private static byte[] Perf()
    {
        var name = "sun.gc.generation.0.capacity\0\0\0\0"u8;
        byte[] entry = [(byte)(20 + name.Length + 8), 0, 0, 0, 20, 0, 0, 0, 0, 0, 0, 0, (byte)'J', 0, 0, 0,
            (byte)(20 + name.Length), 0, 0, 0, .. name, 7, 0, 0, 0, 0, 0, 0, 0];
        byte[] head = [0xca, 0xfe, 0xc0, 0xc0, 1, 2, 0, 1, .. new byte[16], 32, 0, 0, 0, 1, 0, 0, 0];
        return [.. head, .. entry];
    }
}
