using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.NodeProbe.Entities;
using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Sources;
using PixieOrleans.NodeProbe.Status;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.NodeProbe;

/// <summary>
/// Probes and tables of one node. Lives as long as the process and is driven by the node's grain, so that a
/// re-activation of the grain never restarts a probe. Starting does not fail when probes cannot be loaded: the
/// status and the table probe_status say why, and the tables answer queries.
/// </summary>
public sealed partial class NodeRuntime : IAsyncDisposable
{
    private const int TickMs = 1000;

    private readonly NodeProbeOptions _options;
    private readonly ISocketProbeLoader _loader;
    private readonly IReadOnlyList<ProtocolDefinition> _protocols;
    private readonly BootClock _clock;
    private readonly ILogger<NodeRuntime> _logger;
    private readonly TableStore _store;
    private readonly CompletenessHistory _completeness = new();
    private readonly NodeProbeMetrics _metrics;
    private readonly IReadOnlyList<SourceGroup> _groups; // one thread and one writer of tables each
    private readonly SourceEntry _socketEntry;
    private readonly IReadOnlyList<SourceRun> _notStarted; // their states before the first start
    private readonly Lock _gate = new();
    private Run? _run; // the last one, also after its end

    internal NodeRuntime(
        NodeProbeOptions options,
        ISocketProbeLoader loader,
        IReadOnlyList<ProtocolDefinition> protocols,
        IReadOnlyList<SourceGroup> groups,
        BootClock clock,
        IMeterFactory meters,
        ILogger<NodeRuntime> logger)
    {
        (_options, _loader, _protocols, _clock, _logger) = (options, loader, protocols, clock, logger);
        _groups = groups;
        _socketEntry = SocketTracer.Entry(protocols);
        _notStarted =
        [
            .. groups.SelectMany(g => g.Sources).Prepend(_socketEntry)
                .Select(entry => new SourceRun(entry, options, NotStarted)),
        ];
        var schemas = protocols.Select(p => p.Table).Concat(NodeTables.Schemas).DistinctBy(s => s.Name);
        HousekeepingShard = options.ShardCount;
        _store = new TableStore(schemas, options.TableBudgetBytes, HousekeepingShard + 1 + groups.Count);
        _metrics = new NodeProbeMetrics(meters, this);
    }

    /// <summary>The node's tables; also before the start and after the stop.</summary>
    public ITableSource Tables => _store;

    /// <summary>Name of the node in what is known about its processes. To be set before the start.</summary>
    public string NodeName { get; set; } = Environment.MachineName;

    /// <summary>Who is who on the node; empty before the start, as it was at the end after the stop.</summary>
    public EntityPicture Entities => Current?.Entities.Picture ?? EntityPicture.Empty;

    /// <summary>The store behind <see cref="Tables"/>.</summary>
    internal TableStore Store => _store;

    /// <summary>Writer number of the node's own thread; those below belong to the ingest shards.</summary>
    internal int HousekeepingShard { get; }

    /// <summary>Starts the sources; done when each is running or known not to be startable.</summary>
    /// <param name="asid">Number of this node's agent, unique in the cluster: upper bits of every upid.</param>
    /// <param name="cancellationToken">Gives up waiting, not starting.</param>
    /// <exception cref="InvalidOperationException">Started with another number before; stop first.</exception>
    public Task StartAsync(uint asid, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_run is not { IsStopping: false } running)
            {
                running = _run = new Run(this, asid, _run);
            }

            if (running.Asid != asid)
            {
                throw new InvalidOperationException(
                    $"The node runs as agent {running.Asid}; stop it before starting it as agent {asid}.");
            }

            return running.Started.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stops the sources after a last look at their rings. The tables stay.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return (_run?.StopAsync() ?? Task.CompletedTask).WaitAsync(cancellationToken);
        }
    }

    /// <summary>State of sources, hooks, losses, tables, connections, capabilities.</summary>
    public NodeStatus GetStatus()
    {
        var run = Current;
        var tables = _store.GetStatistics();
        var sources = run?.Sources ?? _notStarted;
        return new NodeStatus(
            [.. sources.Select(source => source.ToStatus(tables))],
            [.. sources.SelectMany(source => source.Found.Hooks)],
            run?.Tracer?.Counters ?? [],
            tables,
            run?.Tracer?.Connections() ?? new ConnectionStatus(0, 0, 0, 0, 0, 0, 0, 0),
            [.. sources.SelectMany(source => source.Found.Capabilities)],
            ProcFiles.ResidentBytes())
        {
            Tls = run?.Tracer?.Tls ?? [],
            TlsProbes = run?.Tracer?.TlsProbes ?? 0,
            TlsEntries = run?.Tracer?.TlsEntries ?? new Dictionary<string, int>(),
        };
    }

    /// <summary>What was seen and lost in [startNs, endNs] (ns since 1970); since the start if that is later.</summary>
    public NodeCompleteness GetCompleteness(long startNs, long endNs) =>
        _completeness.Between(startNs, endNs, CountAll()) with
        {
            RowsExpired = _store.RowsEvictedBetween(startNs, endNs),
        };

    /// <summary>As above, with the rows that expired from these tables only.</summary>
    /// <exception cref="KeyNotFoundException">The node has no such table.</exception>
    public NodeCompleteness GetCompleteness(IReadOnlyCollection<string> tables, long startNs, long endNs) =>
        _completeness.Between(startNs, endNs, CountAll()) with
        {
            RowsExpired = tables.Sum(table => _store.RowsEvictedBetween(table, startNs, endNs)),
        };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _metrics.Dispose();
    }

    /// <summary>Counts since the first start.</summary>
    internal NodeCompleteness CountAll() => Current?.Count() ?? new NodeCompleteness();

    /// <summary>Processes whose names were lost; see <see cref="EntityScanner.Losses"/>.</summary>
    internal (long Forgotten, long Refused, long Unseen) EntityLosses => Current?.Entities.Losses ?? default;

    private Run? Current
    {
        get
        {
            lock (_gate)
            {
                return _run;
            }
        }
    }

    private static ISource NotStarted() => throw new InvalidOperationException("The node was not started.");

    [LoggerMessage(LogLevel.Information, "Source {Source} runs: {Attached} of {Hooks} hooks attached")]
    private partial void LogRunning(string source, int attached, int hooks);

    [LoggerMessage(LogLevel.Warning, "Source {Source} does not run: {Error}")]
    private partial void LogNotRunning(string source, string error);

    [LoggerMessage(LogLevel.Error, "The node's thread ended")]
    private partial void LogThreadEnded(Exception error);
}
