using System.Collections.Immutable;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Compilation.Rewriting;

/// <summary>Makes one map of two in a row, as long as that computes nothing twice.</summary>
internal static class MapMerging
{
    public static void Apply(PlanGraph graph, int maxDepth)
    {
        var users = graph.CountUsers();
        foreach (var node in graph.Ordered().OfType<MapNode>())
        {
            var outer = (MapNode)graph[node.Id];
            if (users[outer.Inputs[0]] == 1
                && graph[outer.Inputs[0]] is MapNode inner
                && Merge(graph, outer, inner, maxDepth) is { } merged)
            {
                graph.Put(merged);
            }
        }
    }

    private static MapNode? Merge(PlanGraph graph, MapNode outer, MapNode inner, int maxDepth)
    {
        if (outer.Values.Any(Places.NeedsMerger) != inner.Values.Any(Places.NeedsMerger))
        {
            return null; // the part that can be computed where the rows are stays there
        }

        var uses = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var value in outer.Values)
        {
            ExpressionTools.VisitColumns(value, name => uses[name] = uses.GetValueOrDefault(name) + 1);
        }

        var (values, work) = (new Dictionary<string, Expression>(StringComparer.Ordinal), outer.Values.Length);
        for (var i = 0; i < inner.Values.Length; i++)
        {
            var name = inner.Columns[i].Name;
            if (inner.Values[i] is CallExpression && uses.GetValueOrDefault(name) > 1)
            {
                return null;
            }

            values[name] = inner.Values[i];
            work += ExpressionTools.Size(inner.Values[i]);
        }

        if (!graph.Spend(work))
        {
            return null;
        }

        ImmutableArray<Expression> merged =
            [.. outer.Values.Select(value => ExpressionTools.Substitute(value, values))];
        return merged.Any(value => ExpressionTools.Depth(value) > maxDepth)
            ? null
            : outer with { Inputs = inner.Inputs, Values = merged };
    }
}
