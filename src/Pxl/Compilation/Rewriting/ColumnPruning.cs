using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Compilation.Rewriting;

/// <summary>Leaves out columns and aggregates that nothing uses, down to the columns that scans read.</summary>
internal static class ColumnPruning
{
    private const string TimeColumn = "time_";

    public static void Apply(PlanGraph graph)
    {
        var nodes = graph.Ordered();
        var needed = nodes.ToDictionary(node => node.Id, _ => new HashSet<string>(StringComparer.Ordinal));
        var ordered = new HashSet<int>();
        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            var own = needed[nodes[i].Id];
            NeedOrder(nodes[i], own, ordered);
            NeedOne(nodes[i], own);
            for (var k = 0; k < nodes[i].Inputs.Length; k++)
            {
                Need(graph, nodes[i], own, k, needed[nodes[i].Inputs[k]]);
            }
        }

        var before = nodes.ToDictionary(node => node.Id, node => node.Columns);
        foreach (var node in nodes)
        {
            graph.Put(Narrow(graph, node, needed[node.Id], before));
        }

        foreach (var node in nodes)
        {
            if (graph[node.Id] is MapNode map && IsIdentity(map, graph[map.Inputs[0]]))
            {
                graph.Bypass(map);
            }
        }
    }

    /// <summary>A union orders its rows by time_; what decides which rows come first needs that.</summary>
    private static void NeedOrder(PlanNode node, HashSet<string> own, HashSet<int> ordered)
    {
        if (node is ResultNode or LimitNode
            || (ordered.Contains(node.Id) && node is MapNode or FilterNode or UnionNode))
        {
            ordered.UnionWith(node.Inputs);
        }

        if (node is UnionNode && ordered.Contains(node.Id) && node.Columns.Any(IsTime))
        {
            own.Add(TimeColumn);
        }
    }

    private static bool IsTime(ColumnSchema column) => column is { Name: TimeColumn, Type: DataType.Time64Ns };

    /// <summary>When only the number of rows matters: one column, cheap to read.</summary>
    private static void NeedOne(PlanNode node, HashSet<string> own)
    {
        var columns = node is TableScanNode or MapNode or UnionNode or AggregateNode { GroupBy.IsEmpty: true }
            ? node.Columns
            : [];
        if (!columns.IsEmpty && !columns.Any(column => own.Contains(column.Name)))
        {
            own.Add((columns.FirstOrDefault(column => column.Type != DataType.String) ?? columns[0]).Name);
        }
    }

    /// <summary>Adds what a node needs of one of its inputs, given what is needed of the node.</summary>
    private static void Need(PlanGraph graph, PlanNode node, HashSet<string> own, int index, HashSet<string> input)
    {
        switch (node)
        {
            case ResultNode:
                input.UnionWith(node.Columns.Select(column => column.Name));
                break;
            case FilterNode filter:
                input.UnionWith(own);
                ExpressionTools.VisitColumns(filter.Predicate, name => input.Add(name));
                break;
            case MapNode map:
                for (var i = 0; i < map.Values.Length; i++)
                {
                    if (own.Contains(map.Columns[i].Name))
                    {
                        ExpressionTools.VisitColumns(map.Values[i], name => input.Add(name));
                    }
                }

                break;
            case AggregateNode aggregate:
                input.UnionWith(aggregate.GroupBy);
                foreach (var call in aggregate.Aggregates.Where(call => own.Contains(call.Name)))
                {
                    input.UnionWith(call.Arguments.Select(argument => argument.Name));
                }

                break;
            case JoinNode join:
                input.UnionWith(index == 0 ? join.LeftKeys : join.RightKeys);
                NeedOfJoin(graph, join, own, index, input);
                break;
            default:
                input.UnionWith(own);
                break;
        }
    }

    private static void NeedOfJoin(
        PlanGraph graph, JoinNode join, HashSet<string> own, int index, HashSet<string> input)
    {
        var columns = graph[join.Inputs[index]].Columns;
        var first = index == 0 ? 0 : join.Columns.Length - columns.Length;
        for (var i = 0; i < columns.Length; i++)
        {
            if (own.Contains(join.Columns[first + i].Name))
            {
                input.Add(columns[i].Name);
            }
        }
    }

    private static PlanNode Narrow(
        PlanGraph graph, PlanNode node, HashSet<string> needed, Dictionary<int, ImmutableArray<ColumnSchema>> before) =>
        node switch
        {
            TableScanNode => node with { Columns = Pick(node.Columns, needed) },
            UnionNode => Narrow(graph, node with { Columns = Pick(node.Columns, needed) }),
            TableFunctionNode => node,
            MapNode map => Narrow(map, needed),
            AggregateNode aggregate => Narrow(aggregate, needed),
            JoinNode join => Narrow(graph, join, before),
            ResultNode => Narrow(graph, node),
            _ => node with { Columns = graph[node.Inputs[0]].Columns },
        };

    /// <summary>A join has all columns that its inputs have left.</summary>
    private static JoinNode Narrow(
        PlanGraph graph, JoinNode join, Dictionary<int, ImmutableArray<ColumnSchema>> before)
    {
        var columns = ImmutableArray.CreateBuilder<ColumnSchema>();
        var position = 0;
        foreach (var input in join.Inputs)
        {
            var kept = graph[input].Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var column in before[input])
            {
                if (kept.Contains(column.Name))
                {
                    columns.Add(join.Columns[position]);
                }

                position++;
            }
        }

        return join with { Columns = columns.ToImmutable() };
    }

    private static ImmutableArray<ColumnSchema> Pick(ImmutableArray<ColumnSchema> columns, HashSet<string> needed) =>
        columns.RemoveAll(column => !needed.Contains(column.Name));

    private static MapNode Narrow(MapNode map, HashSet<string> needed)
    {
        var values = ImmutableArray.CreateBuilder<Expression>();
        for (var i = 0; i < map.Values.Length; i++)
        {
            if (needed.Contains(map.Columns[i].Name))
            {
                values.Add(map.Values[i]);
            }
        }

        return map with { Columns = Pick(map.Columns, needed), Values = values.ToImmutable() };
    }

    private static AggregateNode Narrow(AggregateNode aggregate, HashSet<string> needed)
    {
        var calls = aggregate.Aggregates.RemoveAll(call => !needed.Contains(call.Name));
        var kept = calls.Select(call => call.Name).Concat(aggregate.GroupBy).ToHashSet(StringComparer.Ordinal);
        var columns = aggregate.Columns.RemoveAll(column => !kept.Contains(column.Name));
        return aggregate with { Aggregates = calls, Columns = columns };
    }

    /// <summary>What a result or a union takes has exactly its columns: a map takes away what only others need.
    /// </summary>
    private static PlanNode Narrow(PlanGraph graph, PlanNode node)
    {
        for (var i = 0; i < node.Inputs.Length; i++)
        {
            var input = graph[node.Inputs[i]];
            if (Fits(node, input))
            {
                continue;
            }

            var values = node.Columns.Select(
                Expression (column) => new ColumnExpression(column.Name, column.Type, column.Semantic));
            var map = new MapNode(graph.NewId(), [input.Id], node.Columns, [.. values]);
            graph.Put(map);
            node = node with { Inputs = node.Inputs.SetItem(i, map.Id) };
        }

        return node;
    }

    // A union takes its columns by name, in any order.
    private static bool Fits(PlanNode node, PlanNode input) => node is UnionNode
        ? input.Columns.Length == node.Columns.Length
        : input.Columns.Select(column => column.Name).SequenceEqual(node.Columns.Select(column => column.Name));

    private static bool IsIdentity(MapNode map, PlanNode input)
    {
        if (map.Columns.Length != input.Columns.Length)
        {
            return false;
        }

        for (var i = 0; i < map.Columns.Length; i++)
        {
            if (map.Columns[i] != input.Columns[i]
                || map.Values[i] is not ColumnExpression column
                || column.Name != map.Columns[i].Name)
            {
                return false;
            }
        }

        return true;
    }
}
