using System.Diagnostics;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.EndToEnd.Tests.Http;

/// <summary>Latencies against the times that servers and clients measured themselves.</summary>
[Collection(SiloCollection.Name)]
public sealed class LatencyTests(SiloFixture fixture)
{
    // nginx counts in milliseconds by a clock that it reads once per event, and logs after it has written the response.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(20);

    // Timers of a runtime may fire a little early.
    private static readonly TimeSpan TimerTolerance = TimeSpan.FromMilliseconds(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("python-threads")]
    [InlineData("python-asyncio")]
    [InlineData("node")]
    [InlineData("kestrel")]
    public async Task Latency_OfSlowAnswers_LiesBetweenTheServersWaitAndTheClientsTime(string kind)
    {
        await using var server = await TestServers.StartAsync(kind, Cancel);
        using var client = new HttpClient { BaseAddress = server.Address };
        var times = new Dictionary<string, (TimeSpan Wait, TimeSpan Seen)>();
        foreach (var milliseconds in (int[])[20, 50, 120])
        {
            var started = Stopwatch.GetTimestamp();
            await client.GetAsync($"/slow/{milliseconds}", Cancel);
            times[$"/slow/{milliseconds}"] =
                (TimeSpan.FromMilliseconds(milliseconds), Stopwatch.GetElapsedTime(started));
        }

        var (rows, _) = await fixture.HttpEvents.WaitAsync(server, 3, Cancel);

        Assert.All(rows, row => Assert.InRange(
            row.Latency, times[row.Path].Wait - TimerTolerance, times[row.Path].Seen));
    }

    [Fact]
    public async Task Latency_UnderPacedLoad_IsWithinTheLogsOwn()
    {
        await using var server = await HttpServers.NginxAsync(Cancel);

        await PacedLoad.RunAsync(server.Address, 1000, 8, TimeSpan.FromSeconds(2), Cancel);

        var log = (await server.Log.WaitAsync(2000, Cancel)).ToDictionary(line => line.Path);
        var (rows, _) = await fixture.HttpEvents.WaitAsync(server, 2000, Cancel);
        var within = rows.Count(row =>
            row.Latency > TimeSpan.Zero && row.Latency <= log[row.Path].Duration + Tolerance);
        Assert.InRange(within, rows.Count * 99 / 100, rows.Count);
    }
}
