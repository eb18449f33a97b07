using System.Collections.Immutable;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Exec.Operators;

/// <summary>In which order the sources of a plan are driven and ended.</summary>
/// <remarks>
/// What a join holds comes before what is looked up in it: its right input before its left one. So the rows of the
/// left input need not wait.
/// </remarks>
internal static class DriveOrder
{
    /// <summary>Ids of the nodes without inputs.</summary>
    public static ImmutableArray<int> Of(Plan plan)
    {
        var nodes = plan.Nodes.ToDictionary(node => node.Id);
        var consumed = plan.Nodes.SelectMany(node => node.Inputs).ToHashSet();
        var (order, visited) = (ImmutableArray.CreateBuilder<int>(), new HashSet<int>());
        foreach (var node in plan.Nodes)
        {
            if (!consumed.Contains(node.Id))
            {
                Visit(node, nodes, visited, order);
            }
        }

        return order.ToImmutable();
    }

    private static void Visit(
        PlanNode node, Dictionary<int, PlanNode> nodes, HashSet<int> visited, ImmutableArray<int>.Builder order)
    {
        if (!visited.Add(node.Id))
        {
            return;
        }

        if (node.Inputs.IsEmpty)
        {
            order.Add(node.Id);
        }

        foreach (var input in node is JoinNode ? node.Inputs.Reverse() : node.Inputs)
        {
            Visit(nodes[input], nodes, visited, order);
        }
    }
}
