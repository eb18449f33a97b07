using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.NodeProbe.Entities;
using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.NodeProbe.Sockets.ConnStats;
using PixieOrleans.NodeProbe.Sources;
using PixieOrleans.NodeProbe.Status;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.Protocols.ConnStats;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.NodeProbe.Sockets;

/// <summary>
/// The source "socket_tracer" as the node sees it: its probes, the threads of its shards, and what is to be done about
/// once a second beside them.
/// </summary>
internal sealed class SocketTracer(
    uint asid,
    NodeProbeOptions options,
    ISocketProbeLoader loader,
    IReadOnlyList<ProtocolDefinition> protocols,
    TableStore store,
    int writer,
    BootClock clock,
    SeenProcesses seen,
    StatusWriter status) : ISource
{
    private volatile SocketSource? _source;
    private volatile SocketHousekeeping? _housekeeping;
    private volatile TlsReporter? _tls; // null: switched off

    /// <inheritdoc/>
    public long OwnCpuNs => Shards.Sum(s => Volatile.Read(ref s.Counters.CpuNs)) + (_tls?.CpuNs ?? 0);

    /// <inheritdoc/>
    public long Losses => Total(ProbeCounterKind.LostInRing) + Total(ProbeCounterKind.LostInKernel);

    /// <inheritdoc/>
    public Exception? Fault => _source?.Fault;

    /// <summary>Counters of the kernel side, as read last.</summary>
    public IReadOnlyList<ProbeCounter> Counters => _housekeeping?.ProbeCounters ?? [];

    /// <summary>Processes that use TLS.</summary>
    public IReadOnlyList<TlsProcessStatus> Tls => _tls?.Status ?? [];

    /// <summary>Probes in TLS libraries; by any thread.</summary>
    public int TlsProbes => _tls?.ProbeCount ?? 0;

    /// <summary>Entries per map of those probes; by any thread.</summary>
    public IReadOnlyDictionary<string, int> TlsEntries => _tls?.EntryCounts ?? new Dictionary<string, int>();

    private IReadOnlyList<Ingest.IngestShard> Shards => _source?.Shards ?? [];

    /// <summary>The source in the node's list.</summary>
    public static SourceEntry Entry(IReadOnlyList<ProtocolDefinition> protocols) => new(
        SocketSource.Name,
        [.. protocols.Select(p => p.Table.Name), ConnStatsTable.Schema.Name],
        nameof(NodeProbeOptions.DrainIntervalMs),
        static o => o.DrainIntervalMs,
        static _ => throw new InvalidOperationException("The node makes its socket tracer itself."));

    /// <inheritdoc/>
    public SourceStart Start()
    {
        var loaded = loader.Load(options, options.RolesOf(protocols));
        var found = new SourceStart { Capabilities = loaded.Capabilities };
        if (loaded.Probe is not { } probe)
        {
            throw new SourceException(loaded.Error ?? "The probes did not load.", found);
        }

        var source = new SocketSource(probe, options, asid, protocols, store, seen, clock);
        _source = source;
        _housekeeping = new SocketHousekeeping(
            source, CreateConnStats(), status, clock, options.ConnStatsIntervalSeconds * 1_000_000_000L);
        source.Start();
        _tls = TlsReporter.Start(probe, options, asid, status, clock.NowNs);
        return found with { Hooks = probe.Hooks };
    }

    /// <inheritdoc/>
    public void Tick(long nowNs)
    {
        _housekeeping!.Tick(nowNs);
        _tls?.Tick(nowNs);
    }

    /// <inheritdoc/>
    public void Stop(long nowNs)
    {
        _tls?.Dispose();
        _source!.StopThreads();
        _housekeeping!.Finish(nowNs);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tls?.Dispose();
        _source?.Dispose();
    }

    /// <summary>Connections now, and what became of others.</summary>
    public ConnectionStatus Connections() => new(
        Shards.Sum(s => (long)s.ConnectionCount),
        Shards.Sum(s => s.Counters.Sessions),
        Shards.Sum(s => s.Counters.RetainedBytes),
        Shards.Sum(s => s.Counters.EvictedConnections + s.Counters.EvictedSessions),
        Shards.Sum(s => s.Counters.IdleConnections),
        Shards.Sum(s => s.Counters.Demotions + s.Counters.SessionFaults),
        Shards.Sum(s => s.Counters.MissingOpens),
        Shards.Sum(s => s.Counters.MissingCloses));

    /// <summary>What was seen and lost since the start.</summary>
    public NodeCompleteness Count()
    {
        var sessions = Shards.SelectMany(s => s.SessionCounters).ToList();
        return new NodeCompleteness
        {
            EventsSeen = Shards.Sum(s => s.Counters.Events),
            Records = sessions.Sum(c => c.Records),
            LostInKernel = Total(ProbeCounterKind.LostInKernel),
            LostInRing = Total(ProbeCounterKind.LostInRing),
            LostInParser = sessions.Sum(c => c.InvalidFrames + c.ResponsesWithoutRequest),
            DroppedBytes = sessions.Sum(c => c.DroppedBytes),
            GapBytes = sessions.Sum(c => c.GapBytes),
            LostConnections = Shards.Sum(s => s.Counters.EvictedConnections + s.Counters.EvictedSessions
                + s.Counters.Demotions + s.Counters.SessionFaults + s.Counters.UncountedCloses),
            Unclassified = Total(ProbeCounterKind.Unclassified),
            TruncatedValues = sessions.Sum(c => c.TruncatedValues),
        };
    }

    private long Total(ProbeCounterKind kind) => Counters.Where(c => c.Kind == kind).Sum(c => c.PerCpu.Sum());

    private ConnStatsAggregator CreateConnStats()
    {
        var listening = new ListeningSockets();
        return new ConnStatsAggregator(
            asid,
            store.Writer(ConnStatsTable.Schema.Name, writer),
            new ConnStatsLimits(options.MaxConnections, options.MaxConnStatsEntries),
            listening.Resolve,
            static (processId, startTicks) => ProcFiles.StartTicks(processId) == startTicks);
    }
}
