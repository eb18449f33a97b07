using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PixieOrleans.Grains.Cluster;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Model.Entities;

namespace PixieOrleans.Grains.Entities;

/// <summary>
/// Who is who on all nodes, apart from their processes: asked for when a query needs it, at most every 2 s, of nodes
/// that changed. A node that does not answer in time stays as it was known.
/// </summary>
internal sealed partial class ClusterEntities(
    NodeDirectory directory, IGrainFactory grains, TimeProvider time, ILogger<ClusterEntities> logger)
{
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromMilliseconds(500);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, NodePart> _nodes = new(StringComparer.Ordinal); // guarded by _lock
    private volatile EntitySnapshot _snapshot = EntitySnapshot.Empty;
    private ImmutableDictionary<string, uint> _asids = ImmutableDictionary<string, uint>.Empty;
    private long? _refreshed;
    private Task _refresh = Task.CompletedTask;

    /// <summary>A picture of at most 2 s ago, as far as the nodes answer.</summary>
    public async ValueTask<EntitySnapshot> GetAsync(CancellationToken cancellationToken)
    {
        await StartRefreshIfOld().WaitAsync(cancellationToken);
        return _snapshot;
    }

    /// <summary>The latest picture; a newer one is on its way when it is older than 2 s.</summary>
    public EntitySnapshot GetLatest()
    {
        StartRefreshIfOld().Ignore(); // it does not fail: a silent node stays as it was known
        return _snapshot;
    }

    /// <summary>The number of a node's agent, when an answer of the node told it.</summary>
    public uint? AsidOf(string node) =>
        Volatile.Read(ref _asids).TryGetValue(node, out var asid) && asid != 0 ? asid : null;

    private Task StartRefreshIfOld()
    {
        lock (_lock)
        {
            if (_refresh.IsCompleted && (_refreshed is not { } last || time.GetElapsedTime(last) > RefreshAfter))
            {
                _refreshed = time.GetTimestamp();
                _refresh = RefreshAsync();
            }

            return _refresh;
        }
    }

    private async Task RefreshAsync()
    {
        using var timeout = new CancellationTokenSource(NodeTimeout, time);
        var active = directory.Nodes.Values.Where(n => n.Presence == NodePresence.Active).Select(n => n.Name).ToList();
        var answers = await Task.WhenAll(active.Select(node => AskAsync(node, timeout.Token))).ConfigureAwait(false);
        lock (_lock)
        {
            var changed = ForgetDead();
            foreach (var answer in answers)
            {
                changed |= answer is not null && Apply(answer);
            }

            if (changed)
            {
                _snapshot = Merge();
                Volatile.Write(ref _asids, _nodes.ToImmutableDictionary(n => n.Key, n => n.Value.Asid));
            }
        }
    }

    private async Task<NodeEntities?> AskAsync(string node, CancellationToken cancellationToken)
    {
        try
        {
            long known;
            lock (_lock)
            {
                known = _nodes.TryGetValue(node, out var part) ? part.Version : -1;
            }

            return await grains.GetGrain<INodeGrain>(node).GetEntitiesAsync(known, cancellationToken).AsTask()
                .WaitAsync(NodeTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) // its names stay as they were
        {
            LogNodeSilent(e, node);
            return null;
        }
    }

    private bool Apply(NodeEntities answer)
    {
        try
        {
            if (answer.Entities is { } bytes)
            {
                _nodes[answer.Node] = new NodePart(answer.Asid, answer.Version, EntityCodec.Decode(bytes));
                return true;
            }
        }
        catch (FormatException e)
        {
            LogNodeSilent(e, answer.Node);
        }

        return false;
    }

    // The rows of the others still tell of a dead node's addresses, but its pods have ended.
    private bool ForgetDead()
    {
        var dead = _nodes.Keys
            .Where(name => !directory.Nodes.TryGetValue(name, out var node) || node.Presence == NodePresence.Dead)
            .ToList();
        dead.ForEach(name => _nodes.Remove(name));
        return dead.Count > 0;
    }

    private EntitySnapshot Merge()
    {
        var state = new EntityState
        {
            PodCidrs = [.. _nodes.Values.SelectMany(n => n.Entities.PodCidrs).Distinct(StringComparer.Ordinal)],
            ServiceCidr = _nodes.Values.Select(n => n.Entities.ServiceCidr).FirstOrDefault(c => c.Length > 0) ?? "",
        };
        foreach (var (_, node) in _nodes.OrderBy(n => n.Key, StringComparer.Ordinal))
        {
            Add(node.Entities, state);
        }

        return state.ToSnapshot();
    }

    private static void Add(EntityLists entities, EntityState state)
    {
        foreach (var item in entities.Namespaces)
        {
            state.Set(item);
        }

        foreach (var service in entities.Services)
        {
            state.Set(service);
        }

        foreach (var set in entities.ReplicaSets)
        {
            state.Set(set);
        }

        foreach (var deployment in entities.Deployments)
        {
            state.Set(deployment);
        }

        foreach (var container in entities.Containers)
        {
            state.Set(container);
        }

        foreach (var pod in entities.Pods)
        {
            state.Set(pod);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Node {Node} did not tell who is who in time")]
    private partial void LogNodeSilent(Exception exception, string node);

    private sealed record NodePart(uint Asid, long Version, EntityLists Entities);
}
