using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace PixieOrleans.Grains.Cluster;

/// <summary>
/// The cluster's nodes by name, from membership. Remembers nodes that went away, so that an answer can name
/// them. Bound: <see cref="MaxRemembered"/> nodes that are gone, the longest gone forgotten first.
/// </summary>
internal sealed partial class NodeDirectory(
    IClusterMembershipService membership,
    IServiceProvider services,
    IOptions<DevelopmentClusterMembershipOptions> development,
    TimeProvider time,
    ILogger<NodeDirectory> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int MaxRemembered = 1024;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private ImmutableDictionary<string, KnownNode> _nodes = ImmutableDictionary<string, KnownNode>.Empty;
    private volatile ClusterMembershipSnapshot? _applied;
    private Task _watch = Task.CompletedTask;

    /// <summary>All known nodes, by name.</summary>
    public ImmutableDictionary<string, KnownNode> Nodes
    {
        get
        {
            Apply(membership.CurrentSnapshot);
            return _nodes;
        }
    }

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(NodeDirectory), ServiceLifecycleStage.RuntimeGrainServices, OnStartAsync, OnStopAsync);

    /// <summary>The active silo of a node, or null.</summary>
    public SiloAddress? FindActiveSilo(string node) =>
        Nodes.TryGetValue(node, out var known) && known.Presence == NodePresence.Active ? known.Silo : null;

    public void Dispose() => _stop.Dispose();

    private async Task OnStartAsync(CancellationToken cancellationToken)
    {
        await ReadTimesAsync(cancellationToken);
        _watch = WatchAsync(_stop.Token);
    }

    private async Task OnStopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _watch.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(cancellationToken))
        {
            Apply(snapshot);
        }
    }

    // Membership's snapshots carry no times; the table knows them for nodes that changed before this silo started.
    private async Task ReadTimesAsync(CancellationToken cancellationToken)
    {
        var isAlone = development.Value.PrimarySiloEndpoint is not null; // a table in memory: nothing came before
        if (isAlone || services.GetService<IMembershipTable>() is not { } table)
        {
            return;
        }

        try
        {
            var data = await table.ReadAllAsync(cancellationToken);
            lock (_lock)
            {
                foreach (var (entry, _) in data.Members)
                {
                    Remember(entry.SiloName, entry.SiloAddress, entry.Status, LastChange(entry));
                }
            }
        }
        catch (Exception e) // only the times of earlier changes stay unknown
        {
            LogTimesUnknown(e);
        }
    }

    private static DateTimeOffset LastChange(MembershipEntry entry) => new(DateTime.SpecifyKind(
        entry.Status is SiloStatus.Dead ? entry.IAmAliveTime : entry.StartTime, DateTimeKind.Utc));

    private void Apply(ClusterMembershipSnapshot snapshot)
    {
        if (ReferenceEquals(snapshot, _applied))
        {
            return;
        }

        lock (_lock)
        {
            if (_applied is { } applied && snapshot.Version <= applied.Version)
            {
                return;
            }

            _applied = snapshot;
            var now = time.GetUtcNow();
            foreach (var member in snapshot.Members.Values)
            {
                Remember(member.Name, member.SiloAddress, member.Status, now);
            }

            ForgetLongestGone();
        }
    }

    private void Remember(string name, SiloAddress silo, SiloStatus status, DateTimeOffset since)
    {
        var presence = ToPresence(status);
        if (_nodes.TryGetValue(name, out var known)
            && ((known.Silo.Equals(silo) && known.Presence == presence) || IsOlder(silo, presence, known)))
        {
            return;
        }

        _nodes = _nodes.SetItem(name, new KnownNode(name, silo, presence, since));
    }

    // A restarted node has two members for a while: the old one, dead or soon to be, and the new one.
    private static bool IsOlder(SiloAddress silo, NodePresence presence, KnownNode known) =>
        !known.Silo.Equals(silo)
        && (presence == NodePresence.Dead
            ? known.Presence != NodePresence.Dead || silo.Generation < known.Silo.Generation
            : known.Presence != NodePresence.Dead && silo.Generation < known.Silo.Generation);

    private void ForgetLongestGone()
    {
        var gone = _nodes.Values.Where(n => n.Presence == NodePresence.Dead).ToList();
        foreach (var node in gone.OrderBy(n => n.Since).Take(gone.Count - MaxRemembered))
        {
            _nodes = _nodes.Remove(node.Name);
        }
    }

    private static NodePresence ToPresence(SiloStatus status) => status switch
    {
        SiloStatus.Active => NodePresence.Active,
        SiloStatus.ShuttingDown or SiloStatus.Stopping => NodePresence.Leaving,
        SiloStatus.Dead => NodePresence.Dead,
        _ => NodePresence.Joining,
    };

    [LoggerMessage(LogLevel.Warning, "Times of earlier membership changes are unknown: the table cannot be read")]
    private partial void LogTimesUnknown(Exception exception);
}
