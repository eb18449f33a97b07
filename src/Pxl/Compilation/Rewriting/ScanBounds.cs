using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Compilation.Rewriting;

/// <summary>
/// Tells scans the conditions "column, comparison, constant" of the filters right above them, so that batches without
/// a fitting row are not read. The filters stay.
/// </summary>
internal static class ScanBounds
{
    private const int MaxBounds = 32; // each is compared with every batch of the table

    public static void Apply(PlanGraph graph)
    {
        var users = graph.CountUsers();
        foreach (var filter in graph.Ordered().OfType<FilterNode>())
        {
            if (ScanBelow(graph, users, filter) is { } scan)
            {
                var bounds = Conjuncts.Split(filter.Predicate).Select(BoundOf).OfType<ScanBound>();
                graph.Put(scan with { Bounds = [.. scan.Bounds.Concat(bounds).Take(MaxBounds)] });
            }
        }
    }

    /// <summary>The scan whose rows reach the filter through nothing but filters, all used once.</summary>
    public static TableScanNode? ScanBelow(PlanGraph graph, Dictionary<int, int> users, FilterNode filter)
    {
        var node = graph[graph[filter.Id].Inputs[0]];
        while (users[node.Id] == 1 && graph.Spend(1))
        {
            switch (node)
            {
                case TableScanNode scan:
                    return scan;
                case FilterNode lower:
                    node = graph[lower.Inputs[0]];
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>The comparison with its sides exchanged.</summary>
    public static string Mirror(string function) => function switch
    {
        "lessThan" => "greaterThan",
        "lessThanEqual" => "greaterThanEqual",
        "greaterThan" => "lessThan",
        "greaterThanEqual" => "lessThanEqual",
        _ => function,
    };

    private static ScanBound? BoundOf(Expression condition) => condition switch
    {
        ColumnExpression flag => Equals(flag, "true"),
        CallExpression { Function: "logicalNot", Arguments: [ColumnExpression { Type: DataType.Boolean } flag] } =>
            Equals(flag, "false"),
        CallExpression { Arguments: [ColumnExpression column, ConstantExpression value] } call =>
            Compare(call.Function, column, value),
        CallExpression { Arguments: [ConstantExpression value, ColumnExpression column] } call =>
            Compare(Mirror(call.Function), column, value),
        _ => null,
    };

    private static ScanBound Equals(ColumnExpression flag, string value) =>
        new(flag.Name, "equal", new ConstantExpression(value, DataType.Boolean, SemanticType.None));

    private static ScanBound? Compare(string function, ColumnExpression column, ConstantExpression value) =>
        column.Type == value.Type && IsBound(function, column.Type)
            ? new ScanBound(column.Name, function, value)
            : null;

    private static bool IsBound(string function, DataType type) => function switch
    {
        "equal" => true,
        "lessThan" or "lessThanEqual" or "greaterThan" or "greaterThanEqual" => type != DataType.String,
        _ => false,
    };
}
