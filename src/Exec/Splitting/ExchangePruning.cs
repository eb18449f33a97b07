using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Exec.Splitting;

/// <summary>Leaves out columns that fragments would send and the merge part would not read.</summary>
internal static class ExchangePruning
{
    /// <summary>Narrows the channels of a plan that was cut.</summary>
    /// <param name="fragment">Gets a map in front of a sink that sends fewer columns.</param>
    /// <param name="merge">Its sources, and limits right behind them, get fewer columns.</param>
    /// <param name="nextId">Makes ids of nodes.</param>
    public static void Apply(List<PlanNode> fragment, List<PlanNode> merge, Func<int> nextId)
    {
        var needed = Needed(merge);
        var narrowed = new Dictionary<int, ImmutableArray<ColumnSchema>>(); // sources, and limits behind them
        for (var i = 0; i < merge.Count; i++)
        {
            if (merge[i] is ExchangeSourceNode source)
            {
                var columns = Choose(source.Columns, needed[source.Id]);
                narrowed.Add(source.Id, columns);
                merge[i] = source with { Columns = columns };
                if (columns.Length < source.Columns.Length)
                {
                    Narrow(fragment, source.Channel, columns, nextId());
                }
            }
            else if (merge[i] is LimitNode limit && narrowed.TryGetValue(limit.Inputs[0], out var columns))
            {
                narrowed.Add(limit.Id, columns);
                merge[i] = limit with { Columns = columns };
            }
        }
    }

    // By id of a node: the columns of it that somebody reads.
    private static Dictionary<int, HashSet<string>> Needed(List<PlanNode> merge)
    {
        var needed = merge.ToDictionary(node => node.Id, _ => new HashSet<string>(StringComparer.Ordinal));
        var columns = merge.ToDictionary(node => node.Id, node => node.Columns);
        for (var i = merge.Count - 1; i >= 0; i--)
        {
            foreach (var input in merge[i].Inputs)
            {
                needed[input].UnionWith(Read(merge[i], columns[input], needed[merge[i].Id]));
            }
        }

        return needed;
    }

    private static HashSet<string> Read(
        PlanNode node, ImmutableArray<ColumnSchema> input, HashSet<string> neededOfNode)
    {
        var read = new HashSet<string>(StringComparer.Ordinal);
        switch (node)
        {
            case MapNode map:
                foreach (var value in map.Values)
                {
                    ExpressionSites.AddColumns(value, read);
                }

                break;
            case FilterNode filter:
                ExpressionSites.AddColumns(filter.Predicate, read);
                read.UnionWith(filter.Columns.Select(column => column.Name));
                break;
            case LimitNode:
                read.UnionWith(neededOfNode);
                break;
            case AggregateNode { Mode: AggregateMode.Complete } aggregate:
                read.UnionWith(aggregate.GroupBy);
                read.UnionWith(aggregate.Aggregates.SelectMany(call => call.Arguments).Select(column => column.Name));
                break;
            case UnionNode:
                read.UnionWith(node.Columns.Select(column => column.Name));
                break;
            default:
                read.UnionWith(input.Select(column => column.Name));
                break;
        }

        return read;
    }

    // At least one column, so that rows can be counted.
    private static ImmutableArray<ColumnSchema> Choose(
        ImmutableArray<ColumnSchema> columns, HashSet<string> names)
    {
        var chosen = columns.Where(column => names.Contains(column.Name)).ToImmutableArray();
        return chosen.IsEmpty
            ? [columns.FirstOrDefault(column => column.Type != DataType.String) ?? columns[0]]
            : chosen;
    }

    private static void Narrow(List<PlanNode> fragment, int channel, ImmutableArray<ColumnSchema> columns, int id)
    {
        var index = fragment.FindIndex(node => node is ExchangeSinkNode sink && sink.Channel == channel);
        var sink = (ExchangeSinkNode)fragment[index];
        var values = columns.Select(column =>
            (Expression)new ColumnExpression(column.Name, column.Type, column.Semantic));
        fragment[index] = sink with { Inputs = [id], Columns = columns };
        fragment.Insert(index, new MapNode(id, sink.Inputs, columns, [.. values]));
    }
}
