using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.EndToEnd.Tests.Http;

/// <summary>http_events against what each server wrote into its own access log.</summary>
[Collection(SiloCollection.Name)]
public sealed class RowsMatchLogTests(SiloFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("python-threads")]
    [InlineData("python-asyncio")]
    [InlineData("node")]
    [InlineData("kestrel")]
    public async Task Rows_OfHttpClientOnKeepAliveConnections_EqualTheLog(string kind)
    {
        await using var server = await TestServers.StartAsync(kind, Cancel);
        using var client = new HttpClient { BaseAddress = server.Address };

        for (var i = 0; i < 20; i++)
        {
            await client.GetAsync($"/size/{i * 1000}", Cancel);
            await client.GetAsync($"/status/{(i % 2 == 0 ? 404 : 503)}", Cancel);
            await client.PostAsync("/echo", new StringContent(new string('e', i * 100)), Cancel);
        }

        var log = await server.Log.WaitAsync(60, Cancel);
        var (rows, _) = await fixture.HttpEvents.WaitAsync(server, log.Count, Cancel);
        AssertRows.EqualLog(log, rows);
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("apache")]
    public async Task Rows_OfCurlWithAConnectionEach_EqualTheLog(string kind)
    {
        await using var server = await TestServers.StartAsync(kind, Cancel);
        var curl = Programs.Require("curl", "curl");

        for (var i = 0; i < 10; i++)
        {
            await ChildProcess.RunAsync(curl, ["-s", $"{server.Address}get?r={i}"], Cancel);
            await ChildProcess.RunAsync(curl, ["-sI", $"{server.Address}head?r={i}"], Cancel);
            await ChildProcess.RunAsync(
                curl, ["-s", "-d", new string('p', 3000), $"{server.Address}post?r={i}"], Cancel);
        }

        var log = await server.Log.WaitAsync(30, Cancel);
        var (rows, _) = await fixture.HttpEvents.WaitAsync(server, log.Count, Cancel);
        AssertRows.EqualLog(log, rows);
    }

    [Fact]
    public async Task Rows_OfAllKindsOfStatus_EqualTheLog()
    {
        await using var server = await HttpServers.NginxAsync(Cancel);
        using var client = new HttpClient { BaseAddress = server.Address };

        foreach (var path in (string[])["/status/204", "/status/404", "/status/503", "/files/none", "/", "/status/204"])
        {
            await client.GetAsync(path, Cancel);
        }

        var log = await server.Log.WaitAsync(6, Cancel);
        var (rows, _) = await fixture.HttpEvents.WaitAsync(server, log.Count, Cancel);
        AssertRows.EqualLog(log, rows);
    }

    [Theory]
    [InlineData("nginx", 1000, 3)]
    [InlineData("apache", 1000, 3)]
    [InlineData("nginx", 9000, 5)]
    public async Task Rows_OfPacedLoad_EqualTheLog(string kind, int rate, int seconds)
    {
        await using var server = await TestServers.StartAsync(kind, Cancel);
        var cpuBefore = fixture.Silo.Process.CpuTime;

        var load = await PacedLoad.RunAsync(server.Address, rate, 32, TimeSpan.FromSeconds(seconds), Cancel);

        var cpu = fixture.Silo.Process.CpuTime - cpuBefore;
        var log = await server.Log.WaitAsync((int)load.Requests, Cancel);
        var (rows, answer) = await fixture.HttpEvents.WaitAsync(server, log.Count, Cancel);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{load.Rate:0} requests/s, p99 {load.P99.TotalMilliseconds:0.0} ms; silo: "
            + $"{cpu.TotalMicroseconds / load.Requests:0.0} us of CPU per request, "
            + $"{fixture.Silo.Process.ResidentBytes >> 20} MiB; {answer.Completeness}");
        Assert.Equal(0, load.Errors);
        AssertRows.EqualLog(log, rows);
    }

    [Fact]
    public async Task Rows_OfClosedLoopLoad_EqualTheLogOrTheAnswerSaysWhatIsLost()
    {
        await using var server = await HttpServers.NginxAsync(Cancel);

        var load = await Wrk.RunAsync(server.Address, 64, TimeSpan.FromSeconds(5), Cancel);

        var log = await server.Log.WaitAsync((int)load.Requests, Cancel);
        var (rows, answer) = await WaitForStillnessAsync(server);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{load.Rate:0} requests/s, {log.Count} logged, {rows.Count} rows; {answer.Completeness}");
        Assert.Equal(0, load.Errors);
        Assert.InRange(log.Count - load.Requests, 0, 64); // under way when wrk ended: logged, not counted
        if (answer.LostEvents + answer.RowsExpired == 0)
        {
            AssertRows.EqualLog(log, rows);
        }
        else
        {
            Assert.False(answer.IsComplete, answer.Completeness);
            Assert.InRange(rows.Count, 1, log.Count);
        }
    }

    /// <summary>Reads until two reads in a row give the same number of rows.</summary>
    private async Task<(IReadOnlyList<HttpRow> Rows, Answer Answer)> WaitForStillnessAsync(HttpServer server)
    {
        var previous = -1L;
        await Poll.UntilAsync(
            async () =>
            {
                var count = await fixture.HttpEvents.CountAsync(server, Cancel);
                var still = count == previous && count > 0;
                previous = count;
                return still;
            },
            TimeSpan.FromSeconds(20),
            () => $"the number of rows stays; it is {previous}",
            Cancel);
        return await fixture.HttpEvents.ReadAsync(server, Cancel);
    }
}
