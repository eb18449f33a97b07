using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Bpf;

namespace PixieOrleans.NodeProbe.Sockets;

/// <summary>
/// The loaded and attached socket probes: connections and payload of all processes in scope but this one.
/// </summary>
/// <remarks>
/// A shard is drained and swept by one thread; counters, snapshots and demotion may be used from any other.
/// </remarks>
internal sealed partial class SocketProbe : ISocketProbe
{
    /// <summary>Name of the counter of calls, of sockets or not, whose return kprobes missed.</summary>
    internal const string MissedReturns = "kretprobe missed: calls";

    private const int SweepIntervalMs = 10_000;
    private readonly SocketProbeOptions _options;
    private readonly long[] _nextSweepMs; // per shard
    private readonly BpfObject _object;
    private readonly ReturnProbes? _returns; // with kprobes only
    private readonly RingReader[] _rings;
    private readonly BpfMap<ConnectionKey, ConnectionState> _connections;
    private readonly BpfMap<PeerKey, ConnectionState> _peers;
    private RingReader? _news; // set at the start, when asked for

    private SocketProbe(
        SocketProbeOptions options,
        BpfObject loaded,
        RingReader[] rings,
        ReturnProbes? returns,
        IReadOnlyList<HookReport> hooks)
    {
        (_options, _object, _rings, _returns, Hooks) = (options, loaded, rings, returns, hooks);
        _nextSweepMs = new long[rings.Length];
        Array.Fill(_nextSweepMs, Environment.TickCount64 + SweepIntervalMs);
        _connections = new(loaded.MapFd("pxo_connections"), "pxo_connections");
        _peers = new(loaded.MapFd("pxo_peers"), "pxo_peers");
    }

    /// <inheritdoc/>
    public IReadOnlyList<HookReport> Hooks { get; }

    /// <inheritdoc/>
    public IReadOnlyList<CapabilityReport> Capabilities { get; init; } = [];

    /// <inheritdoc/>
    public int Shards => _rings.Length;

    /// <summary>The kind of syscall hook in use.</summary>
    internal HookKind HooksInUse => Hooks[^1].Kind;

    /// <inheritdoc/>
    public int ShardOf(in KernelConnectionId id) => ShardOf(id.Tgid, (uint)id.Fd);

    /// <summary>Bytes waiting in a shard's ring.</summary>
    internal long PendingBytes(int shard) => _rings[shard].PendingBytes;

    /// <inheritdoc/>
    /// <remarks>Every 10 s it also sweeps: closes what ended without a call that the hooks see.</remarks>
    public int Drain(int shard, ISocketEventConsumer consumer, int maxEvents)
    {
        var dispatch = new Dispatch(consumer);
        var events = _rings[shard].Drain(ref dispatch, maxEvents);
        if (events < maxEvents && Environment.TickCount64 >= _nextSweepMs[shard])
        {
            _nextSweepMs[shard] = Environment.TickCount64 + SweepIntervalMs;
            Sweep(shard, consumer, LibC.BootTimeNs());
        }

        return events;
    }

    /// <inheritdoc/>
    /// <remarks>Does not reach the peers of a UDP socket.</remarks>
    public void Demote(in KernelConnectionId id, bool plaintext = false) =>
        _ = _object.Run(
            "pxo_demote",
            [((ulong)id.Tgid << 32) | (uint)id.Fd, id.Generation, plaintext ? (ulong)ConnectionFlags.Tls : 0]);

    /// <summary>Lets another object work on this one's maps and with its settings; before it is loaded.</summary>
    internal void ShareWith(BpfObject other)
    {
        other.ShareMaps(_object);
        WriteSettings(_options, other);
    }

    /// <summary>Hands over waiting news of code that came into use; none unless the options ask for it.</summary>
    internal int DrainNews<TConsumer>(ref TConsumer consumer, int maxRecords)
        where TConsumer : IRingRecordConsumer, allows ref struct =>
        _news?.Drain(ref consumer, maxRecords) ?? 0;

    /// <inheritdoc/>
    public IReadOnlyList<ProbeCounter> ReadCounters()
    {
        var counters = new List<ProbeCounter>();
        var map = new PerCpuCounters(_object, "pxo_counters");
        foreach (var counter in Enum.GetValues<SocketProbeCounter>())
        {
            var immutable = ImmutableCollectionsMarshal.AsImmutableArray(map.Read((uint)counter));
            counters.Add(new ProbeCounter(counter.Title(), counter.Kind(), immutable));
        }

        if (_returns is { CountsMisses: true } returns)
        {
            counters.Add(new ProbeCounter(MissedReturns, ProbeCounterKind.LostInKernel, [returns.ReadMisses()]));
        }

        return counters;
    }

    /// <inheritdoc/>
    /// <remarks>The header's time is that of the first event; for UDP of the latest.</remarks>
    public void SnapshotConnections(List<ConnectionEvent> connections)
    {
        var states = new List<ConnectionState>();
        _connections.ReadAll([], states);
        Append(states, connections);
        _peers.ReadAll([], states);
        Append(states, connections);
    }

    /// <summary>Processes that set up io_uring, the latest 1024: what they do through it is not seen.</summary>
    internal IReadOnlyList<uint> ReadIoUringProcesses()
    {
        var tgids = new List<uint>();
        new BpfMap<uint, ulong>(_object.MapFd("pxo_io_uring_tgids"), "pxo_io_uring_tgids").ReadAll(tgids, []);
        return tgids;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _object.Dispose(); // detach first: nobody writes into a ring that goes
        _returns?.Dispose();
        foreach (var ring in _rings)
        {
            ring.Dispose();
        }

        _news?.Dispose();
    }

    private static void Append(List<ConnectionState> states, List<ConnectionEvent> connections)
    {
        foreach (ref readonly var state in CollectionsMarshal.AsSpan(states))
        {
            if (state.Event.Header.Kind != 0)
            {
                connections.Add(state.Event);
            }
        }
    }

    /// <summary>As shard_of in bpf/socket/emit.h.</summary>
    private int ShardOf(uint tgid, uint fd) =>
        (int)((unchecked((tgid * 2654435761U) + (fd * 2246822519U)) >> 16) % (uint)_rings.Length);

    /// <summary>From ring records to the consumer's calls.</summary>
    private readonly ref struct Dispatch(ISocketEventConsumer consumer) : IRingRecordConsumer
    {
        /// <inheritdoc/>
        public void OnRecord(ReadOnlySpan<byte> record)
        {
            switch (Unsafe.As<byte, EventHeader>(ref MemoryMarshal.GetReference(record)).Kind)
            {
                case EventKind.Data:
                    ref readonly var data = ref MemoryMarshal.AsRef<DataEvent>(record);
                    consumer.OnData(in data, record.Slice(Unsafe.SizeOf<DataEvent>(), (int)data.PayloadBytes));
                    break;
                case EventKind.Open:
                    consumer.OnOpen(in MemoryMarshal.AsRef<ConnectionEvent>(record));
                    break;
                case EventKind.Close:
                    consumer.OnClose(in MemoryMarshal.AsRef<ConnectionEvent>(record));
                    break;
                default:
                    throw new InvalidDataException("a ring record of unknown kind: object and program do not match");
            }
        }
    }
}
