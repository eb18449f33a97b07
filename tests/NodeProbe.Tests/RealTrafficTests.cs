using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PixieOrleans.NodeProbe.Status;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests;

/// <summary>From a real server's socket to rows, through this machine's kernel. Needs root.</summary>
public sealed class RealTrafficTests
{
    private const int Requests = 20;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_ToNginx_BecomeRowsOfHttpEventsAndConnStats()
    {
        Programs.RequireRoot();
        await using var server = await HttpServers.NginxAsync(Cancelled);
        await AssertRequestsAsync(server);
    }

    [Fact]
    public async Task Requests_ToPython_BecomeRowsOfHttpEventsAndConnStats()
    {
        Programs.RequireRoot();
        await using var server = await HttpServers.PythonThreadsAsync(Cancelled);
        await AssertRequestsAsync(server);
    }

    [Fact]
    public async Task ClosedLoopLoad_OnNginx_IsCompleteOrSaysWhatIsMissing()
    {
        Programs.RequireRoot();
        await using var server = await HttpServers.NginxAsync(Cancelled);
        await using var services = Services();
        var node = services.GetRequiredService<NodeRuntime>();
        await StartAsync(node);

        var load = await Wrk.RunAsync(
            new Uri(server.Address, "/index.html"), connections: 32, TimeSpan.FromSeconds(3), Cancelled);
        await server.Log.WaitAsync((int)load.Requests, Cancelled);
        await node.StopAsync(Cancelled); // takes what is in the rings

        var logged = server.Log.Count();
        var rows = Rows(node, server.Port).Count;
        var completeness = node.GetCompleteness(0, long.MaxValue);
        Assert.True(load.Requests > 1000, $"only {load.Requests} requests");
        if (completeness is { LostInRing: 0, LostInKernel: 0, LostInParser: 0, RowsExpired: 0 })
        {
            Assert.InRange(rows, logged, logged + 1); // the readiness check may be among them
        }
        else
        {
            Assert.InRange(rows, 1, logged);
        }
    }

    private static async Task AssertRequestsAsync(HttpServer server)
    {
        var curl = Programs.Require("curl", "curl");
        await using var services = Services();
        var node = services.GetRequiredService<NodeRuntime>();
        await StartAsync(node);

        for (var i = 0; i < Requests; i++)
        {
            var target = $"{server.Address}index.html?i={i}";
            await ChildProcess.RunAsync(curl, ["-s", "-o", "/dev/null", target], Cancelled);
        }

        await WaitAsync(() => Rows(node, server.Port).Count >= Requests, "rows of http_events");
        var log = await server.Log.WaitAsync(Requests, Cancelled);
        Assert.Equal(
            log.Select(l => $"{l.Method} {l.Path} {l.Status} 2"),
            Rows(node, server.Port));
        await WaitAsync(
            () => TableText.Read(node.Tables, "conn_stats", "trace_role", "protocol", "conn_open", "conn_close")
                .Contains($"2 1 {Requests} {Requests}"),
            "conn_stats of the server");
    }

    private static ServiceProvider Services()
    {
        var settings = new Dictionary<string, string?>
        {
            ["NodeProbe:ConnStatsIntervalSeconds"] = "1",
            ["NodeProbe:TableBudgetBytes"] = "536870912",
        };
        return new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddLogging()
            .AddNodeProbe()
            .BuildServiceProvider();
    }

    private static async Task StartAsync(NodeRuntime node)
    {
        await node.StartAsync(1, Cancelled);
        var source = node.GetStatus().Sources[0];
        Assert.SkipUnless(source.State == SourceState.Running, source.Error);
    }

    /// <summary>Method, path, status and role of the rows of one server, in the order of their time.</summary>
    private static List<string> Rows(NodeRuntime node, int port) =>
        [.. TableText.Read(
                node.Tables, "http_events", "local_port", "req_method", "req_path", "resp_status", "trace_role")
            .Where(r => r.StartsWith($"{port} ", StringComparison.Ordinal))
            .Select(r => r[(r.IndexOf(' ', StringComparison.Ordinal) + 1)..])];

    private static Task WaitAsync(Func<bool> condition, string what) => Poll.UntilAsync(
        () => Task.FromResult(condition()), TimeSpan.FromSeconds(10), () => what, Cancelled);
}
