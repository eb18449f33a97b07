using System.Collections.Concurrent;
using System.Net;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.TestKit.Sockets;

/// <summary>A socket probe whose events are written by the test instead of the kernel.</summary>
internal sealed class FakeSocketProbe(int shards = 1) : ISocketProbe
{
    private readonly ConcurrentQueue<FakeEvent>[] _rings =
        [.. Enumerable.Range(0, shards).Select(_ => new ConcurrentQueue<FakeEvent>())];

    private readonly ConcurrentDictionary<KernelConnectionId, FakeConnection> _live = new();
    private long _generation;
    private long _nowNs = 1_000_000;

    /// <inheritdoc/>
    public int Shards => shards;

    /// <inheritdoc/>
    public IReadOnlyList<HookReport> Hooks { get; set; } =
    [
        new("write", HookKind.Tracepoint, Attached: true, Error: null),
        new("splice", HookKind.Tracepoint, Attached: false, Error: "no such tracepoint"),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<CapabilityReport> Capabilities => [];

    /// <summary>What ReadCounters answers.</summary>
    public IReadOnlyList<ProbeCounter> Counters { get; set; } = [];

    /// <summary>Demoted connections, in order.</summary>
    public ConcurrentQueue<KernelConnectionId> Demoted { get; } = new();

    /// <summary>True after Dispose.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>A new connection; its open event is put into the ring unless it is to be lost.</summary>
    public FakeConnection Connect(
        uint tgid = 100,
        int fd = 5,
        Role role = Role.Server,
        string local = "10.0.0.1:80",
        string remote = "10.0.0.2:4000",
        ConnectionFlags flags = ConnectionFlags.None,
        Protocol protocol = Protocol.Http,
        bool loseOpen = false)
    {
        var id = new KernelConnectionId(7, (ulong)Interlocked.Increment(ref _generation), tgid, fd);
        var connection = new FakeConnection(
            this, id, IPEndPoint.Parse(local), IPEndPoint.Parse(remote), role, flags, protocol);
        _live[id] = connection;
        if (!loseOpen)
        {
            Put(new FakeEvent(connection.Describe(EventKind.Open), default, []));
        }

        return connection;
    }

    /// <inheritdoc/>
    public int Drain(int shard, ISocketEventConsumer consumer, int maxEvents)
    {
        var events = 0;
        while (events < maxEvents && _rings[shard].TryDequeue(out var item))
        {
            events++;
            switch (item.Connection.Header.Kind)
            {
                case EventKind.Open:
                    consumer.OnOpen(item.Connection);
                    break;
                case EventKind.Close:
                    consumer.OnClose(item.Connection);
                    break;
                default:
                    consumer.OnData(item.Data, item.Payload);
                    break;
            }
        }

        return events;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ProbeCounter> ReadCounters() => Counters;

    /// <inheritdoc/>
    public void SnapshotConnections(List<ConnectionEvent> connections) =>
        connections.AddRange(_live.Values.Select(c => c.Describe(EventKind.Open)));

    /// <inheritdoc/>
    public int ShardOf(in KernelConnectionId id) => (int)(id.Tgid % (uint)shards);

    /// <inheritdoc/>
    public void Demote(in KernelConnectionId id, bool plaintext = false) => Demoted.Enqueue(id);

    /// <inheritdoc/>
    public void Dispose() => IsDisposed = true;

    /// <summary>Forgets a connection without a close event.</summary>
    public void Forget(FakeConnection connection) => _live.TryRemove(connection.Id, out _);

    internal void Put(FakeEvent item)
    {
        var id = item.Connection.Header.Kind == 0 ? item.Data.Header.Connection : item.Connection.Header.Connection;
        _rings[ShardOf(id)].Enqueue(item);
    }

    internal ulong NextTimeNs() => (ulong)Interlocked.Add(ref _nowNs, 1000);
}

/// <summary>One record of a ring; Data counts when Connection has no kind.</summary>
internal readonly record struct FakeEvent(ConnectionEvent Connection, DataEvent Data, byte[] Payload);
