using System.Globalization;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Compilation.Rewriting;

/// <summary>Turns conditions on time_ right above a scan into its time range, and drops filters that are true.
/// </summary>
internal static class TimeRangePushDown
{
    private const string TimeColumn = "time_";

    public static void Apply(PlanGraph graph)
    {
        var users = graph.CountUsers();
        foreach (var filter in graph.Ordered().OfType<FilterNode>())
        {
            var rest = filter.Predicate;
            if (ScanBounds.ScanBelow(graph, users, filter) is { } scan)
            {
                var start = scan.StartNs;
                var end = scan.EndNs;
                rest = Take(filter.Predicate, ref start, ref end);
                graph.Put(scan with { StartNs = start, EndNs = end });
            }

            if (rest is null or ConstantExpression { Type: DataType.Boolean, Text: "true" })
            {
                users[graph[filter.Id].Inputs[0]] += users[filter.Id] - 1; // the filter's users take its place
                graph.Bypass(graph[filter.Id]);
            }
            else
            {
                graph.Put((FilterNode)graph[filter.Id] with { Predicate = rest });
            }
        }
    }

    /// <summary>Narrows the range by the conditions that allow it; what is left to check, or null.</summary>
    private static Expression? Take(Expression predicate, ref long? start, ref long? end)
    {
        if (predicate is not CallExpression { Arguments: [var first, var second] } call)
        {
            return predicate;
        }

        if (call.Function == "logicalAnd" && first.Type == DataType.Boolean)
        {
            var left = Take(first, ref start, ref end);
            var right = Take(second, ref start, ref end);
            return left is null ? right
                : right is null ? left
                : call with { Arguments = [left, right] };
        }

        if (first is ColumnExpression { Name: TimeColumn, Type: DataType.Time64Ns } && Time(second) is { } bound)
        {
            return Narrow(call.Function, bound, ref start, ref end) ? null : predicate;
        }

        return second is ColumnExpression { Name: TimeColumn, Type: DataType.Time64Ns } && Time(first) is { } other
            && Narrow(ScanBounds.Mirror(call.Function), other, ref start, ref end)
            ? null
            : predicate;
    }

    private static long? Time(Expression expression) =>
        expression is ConstantExpression { Type: DataType.Time64Ns } constant
            ? long.Parse(constant.Text, CultureInfo.InvariantCulture)
            : null;

    private static bool Narrow(string function, long bound, ref long? start, ref long? end)
    {
        switch (function)
        {
            case "greaterThan" when bound < long.MaxValue:
                start = Math.Max(start ?? long.MinValue, bound + 1);
                return true;
            case "greaterThanEqual":
                start = Math.Max(start ?? long.MinValue, bound);
                return true;
            case "lessThan" when bound > long.MinValue:
                end = Math.Min(end ?? long.MaxValue, bound - 1);
                return true;
            case "lessThanEqual":
                end = Math.Min(end ?? long.MaxValue, bound);
                return true;
            case "equal":
                start = Math.Max(start ?? long.MinValue, bound);
                end = Math.Min(end ?? long.MaxValue, bound);
                return true;
            default:
                return false;
        }
    }
}
