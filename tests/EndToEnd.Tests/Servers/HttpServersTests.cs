using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.EndToEnd.Tests.Servers;

/// <summary>The servers and loads themselves, without a silo: the other tests trust their logs and counts.</summary>
public sealed class HttpServersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nginx")]
    [InlineData("apache")]
    [InlineData("python-threads")]
    [InlineData("python-asyncio")]
    [InlineData("node")]
    [InlineData("kestrel")]
    public async Task Server_OneRequest_IsInItsLog(string kind)
    {
        await using var server = await TestServers.StartAsync(kind, Cancel);
        var curl = Programs.Require("curl", "curl");

        var body = await ChildProcess.RunAsync(curl, ["-s", $"{server.Address}abc?x=1"], Cancel);
        var rows = await server.Log.WaitAsync(1, Cancel);

        Assert.Equal("hi", body);
        var row = Assert.Single(rows);
        Assert.Equal(("GET", "/abc?x=1", 200), (row.Method, row.Path, row.Status));
        Assert.InRange(row.RemotePort, 1, 65535);
        Assert.InRange(row.Duration, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("python-threads")]
    [InlineData("python-asyncio")]
    [InlineData("node")]
    [InlineData("kestrel")]
    public async Task Server_SlowAnswer_LogsItsDuration(string kind)
    {
        await using var server = await TestServers.StartAsync(kind, Cancel);
        using var client = new HttpClient();

        await client.GetStringAsync(new Uri(server.Address, "/slow/50"), Cancel);
        var echo = await client.PostAsync(new Uri(server.Address, "/echo"), new StringContent("12345"), Cancel);
        var rows = await server.Log.WaitAsync(2, Cancel);

        Assert.InRange(rows[0].Duration, TimeSpan.FromMilliseconds(49), TimeSpan.FromSeconds(5));
        Assert.Equal("12345", await echo.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(("POST", "/echo", 5L), (rows[1].Method, rows[1].Path, rows[1].RequestBodyBytes));
    }

    [Fact]
    public async Task PacedLoad_AtItsRate_CountsWhatTheServerLogged()
    {
        await using var server = await HttpServers.NginxAsync(Cancel);

        var load = await PacedLoad.RunAsync(server.Address, 1000, 4, TimeSpan.FromSeconds(1), Cancel);
        var rows = await server.Log.WaitAsync(1000, Cancel);

        Assert.Equal((1000L, 0L), (load.Requests, load.Errors));
        Assert.Equal(1000, rows.Select(row => row.Path).Distinct().Count());
        Assert.InRange(load.Elapsed, TimeSpan.FromMilliseconds(990), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Wrk_ClosedLoop_CountsWhatTheServerLogged()
    {
        await using var server = await HttpServers.NginxAsync(Cancel);

        var load = await Wrk.RunAsync(server.Address, 4, TimeSpan.FromSeconds(1), Cancel);
        var rows = await server.Log.WaitAsync((int)load.Requests, Cancel);

        Assert.Equal(0, load.Errors);
        Assert.InRange(rows.Count - load.Requests, 0, 4); // requests under way at the end are logged, but not counted
    }
}
