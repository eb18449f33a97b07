using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Sources;
using PixieOrleans.NodeProbe.Status;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Sources;

public sealed class SourceThreadTests : IDisposable
{
    private const uint Asid = 9;

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Dictionary<string, ScriptedSource> _made = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Tick_OneSourceFails_TheOthersGoOnAndItSaysSo()
    {
        await using var node = Node([Entry("good"), Entry("bad", faultAtTick: 2)]);
        await node.StartAsync(Asid, Cancelled);

        await Until(() => _made["good"].Ticks >= 20);

        var (good, bad) = (Status(node, "good"), Status(node, "bad"));
        Assert.Equal((SourceState.Running, ""), (good.State, good.Error));
        Assert.Equal((SourceState.Failed, "InvalidDataException: a file of a new form"), (bad.State, bad.Error));
        Assert.Equal(2, _made["bad"].Ticks);
        await Until(() => TableText.Read(node.Tables, "stirling_error", "source_connector", "status", "context")
            .Contains("bad 9 Run"));
        Assert.Contains(
            "bad InvalidDataException: a file of a new form {\"state\":\"Failed\"}",
            TableText.Read(node.Tables, "probe_status", "source_connector", "error", "info"));
    }

    [Fact]
    public async Task Start_OneSourceCannot_SaysWhyInStatusAndTables()
    {
        await using var node = Node([Entry("none", startError: "No such file; mount it."), Entry("good")]);

        await node.StartAsync(Asid, Cancelled);

        var none = Status(node, "none");
        Assert.Equal((SourceState.Failed, "No such file; mount it."), (none.State, none.Error));
        Assert.Equal(SourceState.Running, Status(node, "good").State);
        Assert.Equal(
            [
                "none 9 No such file; mount it. {\"state\":\"Failed\"}",
                "good 0  {\"state\":\"Running\",\"note\":\"scripted\"}",
            ],
            TableText.Read(node.Tables, "probe_status", "source_connector", "status", "error", "info")[1..]);
    }

    [Fact]
    public async Task Status_OfARunningSource_HasPeriodRowsCpuAndLosses()
    {
        await using var node = Node([Entry("good")]);
        await node.StartAsync(Asid, Cancelled);

        await Until(() => Status(node, "good").Rows >= 3);

        var status = Status(node, "good");
        Assert.Equal((10, 7), (status.PeriodMs, status.Losses));
        Assert.InRange(status.CpuNs, 1, 10_000_000_000);
    }

    [Theory]
    [InlineData("socket_tracer", 10, "Disabled by NodeProbe:Sources.")]
    [InlineData("good", 0, "Disabled by NodeProbe:ProcStatMs = 0.")]
    public async Task Start_SourceSwitchedOff_IsNotMade(string sources, int periodMs, string note)
    {
        await using var node = Node([Entry("good", periodMs: periodMs)], o => o.Sources.Add(sources));

        await node.StartAsync(Asid, Cancelled);

        Assert.Empty(_made);
        Assert.Equal(SourceState.Disabled, Status(node, "good").State);
        Assert.Contains(
            $"good {{\"state\":\"Disabled\",\"note\":\"{note}\"}}",
            TableText.Read(node.Tables, "probe_status", "source_connector", "info"));
    }

    [Fact]
    public async Task StopAsync_RunningAndFailedSources_AreAllDisposed()
    {
        await using var node = Node([Entry("good"), Entry("bad", faultAtTick: 1)]);
        await node.StartAsync(Asid, Cancelled);
        await Until(() => _made["bad"].Ticks >= 1);

        await node.StopAsync(Cancelled);

        Assert.True(_made["good"].IsStopped);
        Assert.False(_made["bad"].IsStopped);
        Assert.All(_made.Values, source => Assert.True(source.IsDisposed));
        Assert.Equal(SourceState.Stopped, Status(node, "good").State);
    }

    private static SourceStatus Status(NodeRuntime node, string source) =>
        node.GetStatus().Sources.Single(s => s.Name == source);

    private static Task Until(
        Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") => Poll.UntilAsync(
        () => Task.FromResult(condition()), TimeSpan.FromSeconds(20), () => what, Cancelled);

    private SourceEntry Entry(
        string name, int periodMs = 10, int faultAtTick = int.MaxValue, string? startError = null) => new(
        name,
        name == "good" ? ["proc_stat"] : [],
        "ProcStatMs",
        _ => periodMs,
        context => _made[name] = new ScriptedSource(context) { FaultAtTick = faultAtTick, StartError = startError });

    private NodeRuntime Node(IReadOnlyList<SourceEntry> sources, Action<NodeProbeOptions>? change = null)
    {
        var options = new NodeProbeOptions { TableBudgetBytes = 32 << 20 };
        change?.Invoke(options);
        return new NodeRuntime(
            options,
            new SocketProbeLoaderOfNothing(),
            [],
            [new SourceGroup("pxo-sources", sources)],
            new BootClock(),
            _services.GetRequiredService<IMeterFactory>(),
            NullLogger<NodeRuntime>.Instance);
    }

    private sealed class SocketProbeLoaderOfNothing : ISocketProbeLoader
    {
        public SocketProbeResult Load(
            NodeProbeOptions options, IReadOnlyDictionary<Model.Protocol, Model.Role> roles) => new(null, "none", []);
    }
}
