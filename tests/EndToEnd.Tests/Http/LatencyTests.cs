using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.EndToEnd.Tests.Http;

/// <summary>Latencies against the times that the servers measured themselves.</summary>
[Collection(SiloCollection.Name)]
public sealed class LatencyTests(SiloFixture fixture)
{
    // A server starts its clock after it has read the request and logs after it has written the response; both sides
    // may be off the processor in between. nginx counts in milliseconds by a clock that it reads once per event.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("python-threads")]
    [InlineData("python-asyncio")]
    [InlineData("node")]
    [InlineData("kestrel")]
    public async Task Latency_OfSlowAnswers_IsTheServersOwnTime(string kind)
    {
        await using var server = await TestServers.StartAsync(kind, Cancel);
        using var client = new HttpClient { BaseAddress = server.Address };

        await client.GetAsync("/slow/1", Cancel); // a first request compiles code before the server starts its clock
        foreach (var milliseconds in (int[])[20, 50, 120])
        {
            await client.GetAsync($"/slow/{milliseconds}", Cancel);
        }

        var log = await server.Log.WaitAsync(4, Cancel);
        var (rows, _) = await fixture.HttpEvents.WaitAsync(server, 4, Cancel);
        Assert.All(log.Skip(1), line =>
        {
            var latency = rows.Single(row => row.Path == line.Path).Latency;
            Assert.InRange(latency, line.Duration - Tolerance, line.Duration + Tolerance);
        });
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
