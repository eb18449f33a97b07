using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Compilation.Rewriting;

/// <summary>Leaves out columns and aggregates that nothing uses, down to the columns that scans read.</summary>
internal static class ColumnPruning
{
    public static void Apply(PlanGraph graph)
    {
        var nodes = graph.Ordered();
        var needed = nodes.ToDictionary(node => node.Id, _ => new HashSet<string>(StringComparer.Ordinal));
        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            var own = needed[nodes[i].Id];
            NeedOne(nodes[i], own);
            foreach (var input in nodes[i].Inputs)
            {
                Need(nodes[i], own, needed[input]);
                if (nodes[i].Inputs.Length > 1)
                {
                    needed[input].UnionWith(graph[input].Columns.Select(column => column.Name));
                }
            }
        }

        foreach (var node in nodes)
        {
            graph.Put(Narrow(graph, node, needed[node.Id]));
        }

        foreach (var node in nodes)
        {
            if (graph[node.Id] is MapNode map && IsIdentity(map, graph[map.Inputs[0]]))
            {
                graph.Bypass(map);
            }
        }
    }

    /// <summary>When only the number of rows matters: one column, cheap to read.</summary>
    private static void NeedOne(PlanNode node, HashSet<string> own)
    {
        var columns = node is TableScanNode or MapNode or AggregateNode { GroupBy.IsEmpty: true } ? node.Columns : [];
        if (!columns.IsEmpty && !columns.Any(column => own.Contains(column.Name)))
        {
            own.Add((columns.FirstOrDefault(column => column.Type != DataType.String) ?? columns[0]).Name);
        }
    }

    /// <summary>Adds what a node needs of its input, given what is needed of the node.</summary>
    private static void Need(PlanNode node, HashSet<string> own, HashSet<string> input)
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
            case JoinNode or UnionNode:
                break; // the caller needs all of their inputs' columns
            default:
                input.UnionWith(own);
                break;
        }
    }

    private static PlanNode Narrow(PlanGraph graph, PlanNode node, HashSet<string> needed) => node switch
    {
        TableScanNode => node with { Columns = Pick(node.Columns, needed) },
        MapNode map => Narrow(map, needed),
        AggregateNode aggregate => Narrow(aggregate, needed),
        ResultNode => Narrow(graph, node),
        { Inputs.Length: not 1 } => node,
        _ => node with { Columns = graph[node.Inputs[0]].Columns },
    };

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

    /// <summary>A result has exactly its columns: a map takes away what only a filter needed.</summary>
    private static PlanNode Narrow(PlanGraph graph, PlanNode result)
    {
        var input = graph[result.Inputs[0]];
        if (input.Columns.Select(column => column.Name).SequenceEqual(result.Columns.Select(column => column.Name)))
        {
            return result;
        }

        var values = result.Columns.Select(
            Expression (column) => new ColumnExpression(column.Name, column.Type, column.Semantic));
        var map = new MapNode(graph.NewId(), [input.Id], result.Columns, [.. values]);
        graph.Put(map);
        return result with { Inputs = [map.Id] };
    }

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
