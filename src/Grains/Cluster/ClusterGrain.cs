using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using PixieOrleans.Grains.Interfaces.Cluster;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Model;

namespace PixieOrleans.Grains.Cluster;

/// <summary>Numbers of nodes and merged schemas, rebuilt from the nodes after every activation.</summary>
[Reentrant]
internal sealed partial class ClusterGrain(
    NodeDirectory directory, TimeProvider time, ILogger<ClusterGrain> logger) : Grain, IClusterGrain
{
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(2);
    private readonly Dictionary<string, uint> _asids = [];
    private Task? _recovery;

    public async ValueTask<NodeIdentity> RegisterAsync(string node, CancellationToken cancellationToken)
    {
        await (_recovery ??= RecoverAsync());
        if (!_asids.TryGetValue(node, out var asid))
        {
            asid = AgentNumbers.Choose(node, _asids.ContainsValue);
            _asids.Add(node, asid);
        }

        return new NodeIdentity(node, asid);
    }

    public async ValueTask<ClusterNodes> GetNodesAsync(CancellationToken cancellationToken)
    {
        await (_recovery ??= RecoverAsync());
        var nodes = ImmutableArray.CreateBuilder<ClusterNode>();
        foreach (var node in directory.Nodes.Values.OrderBy(n => n.Name, StringComparer.Ordinal))
        {
            nodes.Add(new ClusterNode(
                node.Name, StateName(node.Presence), node.Since, _asids.GetValueOrDefault(node.Name)));
        }

        return new ClusterNodes(nodes.ToImmutable());
    }

    public async ValueTask<ClusterTables> GetTablesAsync(CancellationToken cancellationToken)
    {
        var answers = await AskActiveNodesAsync((node, token) => node.GetTablesAsync(token));
        var tables = new SortedDictionary<string, (TableSchema Schema, List<string> Nodes)>(StringComparer.Ordinal);
        foreach (var (node, answer) in answers)
        {
            foreach (var schema in answer.Tables)
            {
                if (!tables.TryGetValue(schema.Name, out var table))
                {
                    tables.Add(schema.Name, table = (schema, []));
                }

                table.Nodes.Add(node);
            }
        }

        return new ClusterTables([.. tables.Values.Select(t => new ClusterTable(t.Schema, [.. t.Nodes]))]);
    }

    // Nodes that run keep the number they have: a number must not change while rows with it are held.
    private async Task RecoverAsync()
    {
        foreach (var (_, identity) in await AskActiveNodesAsync((node, token) => node.GetIdentityAsync(token)))
        {
            if (identity.Asid != 0)
            {
                _asids[identity.Node] = identity.Asid;
            }
        }
    }

    private async Task<List<(string Node, T Answer)>> AskActiveNodesAsync<T>(
        Func<INodeGrain, CancellationToken, ValueTask<T>> ask)
    {
        var calls = new List<(string Node, Task<T> Call)>();
        using var timeout = new CancellationTokenSource(NodeTimeout, time);
        foreach (var node in directory.Nodes.Values.OrderBy(n => n.Name, StringComparer.Ordinal))
        {
            if (node.Presence == NodePresence.Active)
            {
                var call = ask(GrainFactory.GetGrain<INodeGrain>(node.Name), timeout.Token).AsTask();
                calls.Add((node.Name, call.WaitAsync(NodeTimeout, time)));
            }
        }

        var answers = new List<(string Node, T Answer)>();
        foreach (var (node, call) in calls)
        {
            try
            {
                answers.Add((node, await call));
            }
            catch (Exception e) // the others' answers are of use without it
            {
                LogNodeSilent(e, node);
            }
        }

        return answers;
    }

    private static string StateName(NodePresence presence) => presence switch
    {
        NodePresence.Joining => "joining",
        NodePresence.Active => "active",
        NodePresence.Leaving => "leaving",
        _ => "dead",
    };

    [LoggerMessage(LogLevel.Warning, "Node {Node} did not answer the cluster grain")]
    private partial void LogNodeSilent(Exception exception, string node);
}
