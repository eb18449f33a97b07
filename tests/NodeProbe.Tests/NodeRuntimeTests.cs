using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Status;
using PixieOrleans.NodeProbe.Tests.Sockets.Ingest;
using PixieOrleans.TestKit.Sockets;

namespace PixieOrleans.NodeProbe.Tests;

public sealed class NodeRuntimeTests : IDisposable
{
    private const uint Asid = 9;

    private readonly FakeSocketProbe _probe = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _probe.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task StartAsync_WithALoadedProbe_TurnsEventsIntoRows()
    {
        await using var node = Node(Loaded());
        await node.StartAsync(Asid, Cancelled);
        var connection = _probe.Connect();

        connection.Receive("one"u8);

        await Until(() => TableText.Read(node.Tables, "words", "word").Count == 1);
        connection.Close();
        await Until(() => TableText.Read(node.Tables, "conn_stats", "conn_close", "bytes_recv").Contains("1 3"));
        var status = node.GetStatus();
        Assert.Equal((SourceState.Running, ""), (status.Sources[0].State, status.Sources[0].Error));
        Assert.True(node.GetCompleteness(0, long.MaxValue).EventsSeen >= 3);
    }

    [Fact]
    public async Task StartAsync_WithoutProbes_SaysWhyAndAnswersQueries()
    {
        var loader = new FakeLoader(new SocketProbeResult(
            null,
            "Loading needs CAP_BPF; run as root.",
            [new CapabilityReport("ring buffer", CapabilityState.Unsupported, "kernel older than 5.8")]));
        await using var node = Node(loader);

        await node.StartAsync(Asid, Cancelled);

        var source = Assert.Single(node.GetStatus().Sources);
        Assert.Equal((SourceState.Failed, "Loading needs CAP_BPF; run as root."), (source.State, source.Error));
        Assert.Equal(
            ["socket_tracer  9 Loading needs CAP_BPF; run as root. "
                + """{"state":"Failed","ring buffer":"kernel older than 5.8"}"""],
            TableText.Read(node.Tables, "probe_status", "source_connector", "tracepoint", "status", "error", "info"));
        Assert.Equal(
            ["socket_tracer 9 Init"],
            TableText.Read(node.Tables, "stirling_error", "source_connector", "status", "context"));
        Assert.Empty(TableText.Read(node.Tables, "words", "word"));
    }

    [Fact]
    public async Task StartAsync_WithHooks_WritesOneRowPerHook()
    {
        await using var node = Node(Loaded());

        await node.StartAsync(Asid, Cancelled);

        Assert.Equal(
            ["write 0  {\"kind\":\"Tracepoint\"}", "splice 10 no such tracepoint {\"kind\":\"Tracepoint\"}"],
            TableText.Read(node.Tables, "probe_status", "tracepoint", "status", "error", "info").Take(2));
        Assert.StartsWith(
            $"{Asid}:{Environment.ProcessId}:", TableText.Read(node.Tables, "probe_status", "upid")[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_Repeated_StartsOnce()
    {
        var loader = Loaded();
        await using var node = Node(loader);

        await Task.WhenAll(node.StartAsync(Asid, Cancelled), node.StartAsync(Asid, Cancelled));

        Assert.Equal(1, loader.Loads);
        await Assert.ThrowsAsync<InvalidOperationException>(() => node.StartAsync(Asid + 1, Cancelled));
    }

    [Fact]
    public async Task StopAsync_TakesTheLastEventsAndDetaches()
    {
        await using var node = Node(Loaded(), options => options.DrainIntervalMs = 1000);
        await node.StartAsync(Asid, Cancelled);
        _probe.Connect().Receive("one"u8);

        await node.StopAsync(Cancelled);

        Assert.True(_probe.IsDisposed);
        Assert.Equal(["one", "(close) 0 3"], TableText.Read(node.Tables, "words", "word"));
        Assert.Equal(SourceState.Stopped, node.GetStatus().Sources[0].State);
    }

    [Fact]
    public async Task StartAsync_AfterAStop_StartsAgainAndKeepsRowsAndCounts()
    {
        var loader = Loaded();
        await using var node = Node(loader);
        await node.StartAsync(Asid, Cancelled);
        _probe.Connect().Receive("one"u8);
        var stopped = node.StopAsync(Cancelled);

        await node.StartAsync(Asid + 1, Cancelled);
        _probe.Connect(fd: 6).Receive("two"u8);

        await Until(() => TableText.Read(node.Tables, "words", "word") is ["one", "(close) 0 3", "two"]);
        await stopped;
        Assert.Equal(2, loader.Loads);
        Assert.Equal(4, node.GetCompleteness(0, long.MaxValue).EventsSeen);
    }

    [Fact]
    public async Task Disabled_LoadsNothing()
    {
        var loader = Loaded();
        await using var node = Node(loader, options => options.Enabled = false);

        await node.StartAsync(Asid, Cancelled);

        Assert.Equal(0, loader.Loads);
        Assert.Equal(SourceState.Disabled, node.GetStatus().Sources[0].State);
    }

    [Fact]
    public async Task Losses_BecomeRowsAndCompleteness()
    {
        await using var node = Node(Loaded());
        await node.StartAsync(Asid, Cancelled);

        _probe.Counters =
        [
            new ProbeCounter("ring full: data", ProbeCounterKind.LostInRing, [3, 4]),
            new ProbeCounter("bytes", ProbeCounterKind.Statistic, [100]),
        ];

        await Until(() => node.GetCompleteness(0, long.MaxValue).LostInRing == 7);
        await Until(() => TableText.Read(node.Tables, "probe_status", "error", "info")
            .Contains("Events lost: ring full: data. {\"lost\":7,\"lostSinceStart\":7}"));
    }

    [Fact]
    public async Task Metrics_TellEventsAndTables()
    {
        await using var node = Node(Loaded());
        await node.StartAsync(Asid, Cancelled);
        _probe.Connect().Receive("one"u8);
        await Until(() => TableText.Read(node.Tables, "words", "word").Count == 1);
        var values = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == NodeProbeMetrics.MeterName
                    && instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>()) // of this test
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            values[instrument.Name + (tags.Length > 0 ? $" {tags[0].Value}" : "")] = value);
        listener.Start();

        listener.RecordObservableInstruments();

        Assert.Equal(2, values["pxo.events"]);
        Assert.Equal(1, values["pxo.table.rows words"]);
        Assert.Equal(0, values["pxo.lost ring"]);
    }

    private static async Task Until(Func<bool> condition)
    {
        var time = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            Assert.True(time.Elapsed < TimeSpan.FromSeconds(20), "the condition did not come true in 20 s");
            await timer.WaitForNextTickAsync(Cancelled);
        }
    }

    private FakeLoader Loaded() => new(new SocketProbeResult(_probe, null, []));

    private NodeRuntime Node(FakeLoader loader, Action<NodeProbeOptions>? change = null)
    {
        var options = new NodeProbeOptions { ConnStatsIntervalSeconds = 1, TableBudgetBytes = 32 << 20 };
        change?.Invoke(options);
        return new NodeRuntime(
            options,
            loader,
            [new WordProtocol()],
            [],
            new BootClock(),
            _services.GetRequiredService<IMeterFactory>(),
            NullLogger<NodeRuntime>.Instance);
    }

    private sealed class FakeLoader(SocketProbeResult result) : ISocketProbeLoader
    {
        public int Loads { get; private set; }

        public SocketProbeResult Load(NodeProbeOptions options, IReadOnlyDictionary<Protocol, Role> roles)
        {
            Loads++;
            return result;
        }
    }
}
