using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using PixieOrleans.Exec.Splitting;
using PixieOrleans.Grains.Cluster;
using PixieOrleans.Grains.Entities;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Plans;

namespace PixieOrleans.Grains.Queries;

/// <summary>Nodes that a query asks, and nodes that it should ask but cannot.</summary>
/// <param name="Active">Nodes to ask.</param>
/// <param name="Missing">Nodes that are gone.</param>
internal sealed record ChosenNodes(ImmutableArray<string> Active, ImmutableArray<NodeCompleteness> Missing);

/// <summary>Chooses a query's nodes from the known ones.</summary>
internal sealed class QueryTargets(
    NodeDirectory directory, ClusterEntities entities, IOptions<QueryOptions> options, TimeProvider time)
{
    /// <summary>
    /// All active nodes, but for those that the fragment excludes by name or agent's number: what depends on who is
    /// who there, the node itself knows best, and then scans nothing. A node that is gone is missing when it lived
    /// within the range; a range without start reaches back by the option's time.
    /// </summary>
    public ChosenNodes Choose(TimeRange range, Plan fragment)
    {
        var from = range.StartNs is { } startNs
            ? DateTimeOffset.UnixEpoch.AddTicks(startNs / 100)
            : time.GetUtcNow().AddMinutes(-options.Value.MissingNodeMinutes);
        var active = ImmutableArray.CreateBuilder<string>();
        var missing = ImmutableArray.CreateBuilder<NodeCompleteness>();
        foreach (var node in directory.Nodes.Values.OrderBy(n => n.Name, StringComparer.Ordinal))
        {
            if (node.Presence == NodePresence.Active)
            {
                var facts = new NodeFacts { NodeName = node.Name, Asid = entities.AsidOf(node.Name) };
                if (NodePruning.CanHaveRows(fragment, facts))
                {
                    active.Add(node.Name);
                }
            }
            else if (node.Presence == NodePresence.Leaving)
            {
                missing.Add(NodeCompleteness.Missing(node.Name, "the node is shutting down"));
            }
            else if (node.Presence == NodePresence.Dead && node.Since >= from)
            {
                missing.Add(NodeCompleteness.Missing(node.Name, $"the node is gone since {node.Since:O}"));
            }
        }

        return new ChosenNodes(active.ToImmutable(), missing.ToImmutable());
    }
}
