using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using PixieOrleans.Grains.Cluster;
using PixieOrleans.Grains.Interfaces.Nodes;

namespace PixieOrleans.Grains.Queries;

/// <summary>Nodes that a query asks, and nodes that it should ask but cannot.</summary>
/// <param name="Active">Nodes to ask.</param>
/// <param name="Missing">Nodes that are gone.</param>
internal sealed record ChosenNodes(ImmutableArray<string> Active, ImmutableArray<NodeCompleteness> Missing);

/// <summary>Chooses a query's nodes from the known ones.</summary>
internal sealed class QueryTargets(NodeDirectory directory, IOptions<QueryOptions> options, TimeProvider time)
{
    /// <summary>
    /// All active nodes. A node that is gone is missing when it lived within the range; a range without start
    /// reaches back by the option's time.
    /// </summary>
    public ChosenNodes Choose(TimeRange range)
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
                active.Add(node.Name);
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
