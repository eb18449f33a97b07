using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Exec.Tests.Distributed;

/// <summary>Computes plans row by row, as plainly as can be; limits let everything pass.</summary>
internal sealed class ReferencePlan(RandomTables tables)
{
    private readonly Dictionary<int, (PlanNode Node, List<object[]> Rows)> _done = [];

    /// <summary>Rows of every table of the answer.</summary>
    public Dictionary<string, (ImmutableArray<ColumnSchema> Columns, List<object[]> Rows)> Run(Plan plan)
    {
        var results = new Dictionary<string, (ImmutableArray<ColumnSchema>, List<object[]>)>();
        foreach (var node in plan.Nodes)
        {
            var rows = Rows(node);
            _done.Add(node.Id, (node, rows));
            if (node is ResultNode result)
            {
                results.Add(result.Name, (node.Columns, rows));
            }
        }

        return results;
    }

    private List<object[]> Rows(PlanNode node) => node switch
    {
        TableScanNode scan => [.. tables.Rows(scan.Table)],
        MapNode map => [.. Input(map).Select(row => map.Values.Select(v => Value(v, map, row)).ToArray())],
        FilterNode filter => [.. Input(filter).Where(row => (bool)Value(filter.Predicate, filter, row))],
        AggregateNode aggregate => Aggregate(aggregate),
        JoinNode join => [.. Join(join)],
        UnionNode union => [.. union.Inputs.SelectMany(input => Reordered(union, input))],
        _ => Input(node),
    };

    private List<object[]> Input(PlanNode node) => _done[node.Inputs[0]].Rows;

    private int IndexOf(int node, string column) =>
        _done[node].Node.Columns.Select(c => c.Name).ToList().IndexOf(column);

    private object Value(Expression expression, PlanNode node, object[] row) => expression switch
    {
        ColumnExpression column => row[IndexOf(node.Inputs[0], column.Name)],
        ConstantExpression constant => constant.Type switch
        {
            DataType.Boolean => bool.Parse(constant.Text),
            DataType.Int64 => long.Parse(constant.Text, null),
            _ => constant.Text,
        },
        CallExpression { Function: "upid_to_pod_id" or "ip_to_pod_id" } => "", // nothing is known
        CallExpression call => Call(
            call.Function, Value(call.Arguments[0], node, row), Value(call.Arguments[1], node, row)),
        _ => throw new InvalidOperationException(expression.ToString()),
    };

    private static object Call(string function, object left, object right) => (function, left, right) switch
    {
        ("add", long x, long y) => x + y,
        ("add", string x, string y) => x + y,
        ("lessThan", long x, long y) => x < y,
        ("notEqual", string x, string y) => x != y,
        _ => throw new InvalidOperationException(function),
    };

    private List<object[]> Aggregate(AggregateNode node)
    {
        var keys = node.GroupBy.Select(key => IndexOf(node.Inputs[0], key)).ToArray();
        var groups = Input(node).GroupBy(row => KeyOf(row, keys)).Select(group => group.ToList()).ToList();
        if (keys.Length == 0 && groups.Count == 0)
        {
            groups.Add([]);
        }

        return [.. groups.Select(group => (object[])
            [
                .. keys.Select(key => group[0][key]),
                .. node.Aggregates.Select(call =>
                {
                    var column = IndexOf(node.Inputs[0], call.Arguments[0].Name);
                    return Aggregate(call, [.. group.Select(row => row[column])]);
                }),
            ])];
    }

    private static object Aggregate(AggregateCall call, object[] cells) =>
        (call.Function, call.Arguments[0].Type) switch
        {
            ("count", _) => (long)cells.Length,
            ("any", _) => cells[0],
            ("sum", DataType.Float64) => cells.Sum(cell => (double)cell),
            ("sum", DataType.Boolean) => cells.LongCount(cell => (bool)cell),
            ("sum", _) => cells.Sum(cell => (long)cell),
            ("mean", _) => cells.Length == 0 ? 0.0 : cells.Average(Real),
            ("min" or "max", var type) when cells.Length == 0 => Zero(type),
            ("min", _) => cells.MinBy(Real)!,
            ("max", _) => cells.MaxBy(Real)!,
            _ => cells.Select(Real).Order().ToArray(), // of quantiles: the values that they describe
        };

    private IEnumerable<object[]> Join(JoinNode node)
    {
        var (left, right) = (_done[node.Inputs[0]], _done[node.Inputs[1]]);
        var leftKeys = node.LeftKeys.Select(key => IndexOf(node.Inputs[0], key)).ToArray();
        var rightKeys = node.RightKeys.Select(key => IndexOf(node.Inputs[1], key)).ToArray();
        var partners = right.Rows.ToLookup(row => KeyOf(row, rightKeys));
        var known = left.Rows.Select(row => KeyOf(row, leftKeys)).ToHashSet();
        foreach (var row in left.Rows)
        {
            foreach (var partner in partners[KeyOf(row, leftKeys)])
            {
                yield return [.. row, .. partner];
            }

            if (node.How is JoinKind.Left or JoinKind.Outer && !partners.Contains(KeyOf(row, leftKeys)))
            {
                yield return [.. row, .. right.Node.Columns.Select(column => Zero(column.Type))];
            }
        }

        foreach (var row in right.Rows)
        {
            if (node.How is JoinKind.Right or JoinKind.Outer && !known.Contains(KeyOf(row, rightKeys)))
            {
                yield return [.. left.Node.Columns.Select(column => Zero(column.Type)), .. row];
            }
        }
    }

    private IEnumerable<object[]> Reordered(UnionNode node, int input)
    {
        var columns = node.Columns.Select(column => IndexOf(input, column.Name)).ToArray();
        return _done[input].Rows.Select(row => columns.Select(column => row[column]).ToArray());
    }

    private static string KeyOf(object[] row, int[] columns) =>
        string.Join('\0', columns.Select(column => Cells.Text(row[column])));

    private static double Real(object cell) => cell switch
    {
        bool value => value ? 1 : 0,
        long value => value,
        Time value => value.Ns,
        _ => (double)cell,
    };

    private static object Zero(DataType type) => type switch
    {
        DataType.Boolean => false,
        DataType.Int64 => 0L,
        DataType.Float64 => 0.0,
        DataType.UInt128 => UInt128.Zero,
        DataType.Time64Ns => new Time(0),
        _ => "",
    };
}
