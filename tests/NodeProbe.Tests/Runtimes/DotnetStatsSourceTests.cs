using System.Globalization;
using PixieOrleans.NodeProbe.Runtimes;
using PixieOrleans.NodeProbe.Tests.Sources;

namespace PixieOrleans.NodeProbe.Tests.Runtimes;

/// <summary>Rows of dotnet_stats about this process, beside its own figures.</summary>
public sealed class DotnetStatsSourceTests
{
    private static long _exceptions;

    static DotnetStatsSourceTests() =>
        AppDomain.CurrentDomain.FirstChanceException += (_, _) => Interlocked.Increment(ref _exceptions);

    [Fact]
    public async Task Rows_OfThisProcess_AreWithinItsOwnFigures()
    {
        using var fixture = new SourceFixture(o => o.DotnetStatsMs = 1000);
        using var source = new DotnetStatsSource(fixture.Context);
        var before = Figures();
        source.Start();
        source.Tick(fixture.Clock.NowNs);
        await RowsAsync(fixture, source, 2); // the runtime counts from its first interval on
        var started = Row(fixture);
        var middle = Figures();

        Work();
        var done = Figures();
        await RowsAsync(fixture, source, fixture.Read("dotnet_stats", "time_").Count + 3);

        var (row, after) = (Row(fixture), Figures());
        for (var i = 0; i < row.Length; i++) // counters: at least what this test did, at most what the process did
        {
            Assert.InRange(row[i], done[i] - middle[i], after[i] - before[i]);
            Assert.True(row[i] >= started[i]);
        }

        var gauges = fixture.ReadOf(
            "dotnet_stats", Environment.ProcessId, "heap_bytes", "committed_bytes", "pool_threads", "pool_queued")[^1];
        Assert.InRange(gauges[0], 1_000_000, Environment.WorkingSet * 4);
        Assert.InRange(gauges[1], 1_000_000, Environment.WorkingSet * 4);
        Assert.InRange(gauges[2], 1, 1000);
        Assert.InRange(gauges[3], 0, 100_000);
    }

    [Fact]
    public void Open_PortOfAnotherProcess_IsRefused()
    {
        var path = Directory.GetFiles("/tmp", $"dotnet-diagnostic-{Environment.ProcessId}-*-socket").First();

        var error = Assert.Throws<InvalidDataException>(() => DotnetSession.Open(path, 1, 1));

        Assert.Contains("another process than 1", error.Message, StringComparison.Ordinal);
    }

    // gen0, gen1, gen2, allocated, exceptions; at least 3, 2, 1, 64 MB and 20 more afterwards.
    private static void Work()
    {
        GC.Collect(0);
        GC.Collect(1);
        GC.Collect(2);
        var kept = 0L;
        for (var i = 0; i < 64; i++)
        {
            kept += new byte[1_000_000].LongLength;
        }

        for (var i = 0; i < 20; i++)
        {
            Assert.Throws<FormatException>(() => int.Parse("", CultureInfo.InvariantCulture));
        }

        Assert.Equal(64_000_000, kept);
    }

    private static long[] Figures() =>
    [
        GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2), GC.GetTotalAllocatedBytes(precise: true),
        Interlocked.Read(ref _exceptions),
    ];

    private static long[] Row(SourceFixture fixture) => fixture.ReadOf(
        "dotnet_stats", Environment.ProcessId, "gen0_gcs", "gen1_gcs", "gen2_gcs", "allocated_bytes", "exceptions")[^1];

    private static Task RowsAsync(SourceFixture fixture, DotnetStatsSource source, int rows) =>
        SourceFixture.Until(() =>
        {
            source.Tick(fixture.Clock.NowNs);
            return fixture.ReadOf("dotnet_stats", Environment.ProcessId, "time_").Count >= rows;
        });
}
