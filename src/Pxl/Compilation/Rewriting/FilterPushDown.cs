using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Compilation.Rewriting;

/// <summary>
/// Moves filters in front of maps whose columns they take as they are, and of aggregations when they only look at
/// the columns grouped by: fewer rows to compute with. Never past a limit, nor past a node that others use.
/// </summary>
internal static class FilterPushDown
{
    public static void Apply(PlanGraph graph)
    {
        var users = graph.CountUsers();
        foreach (var filter in graph.Ordered().OfType<FilterNode>())
        {
            Sink(graph, users, (FilterNode)graph[filter.Id]);
        }
    }

    private static void Sink(PlanGraph graph, Dictionary<int, int> users, FilterNode filter)
    {
        while (users[filter.Inputs[0]] == 1 && graph.Spend(ExpressionTools.Size(filter.Predicate)))
        {
            var upper = graph[filter.Inputs[0]];
            var predicate = upper switch
            {
                MapNode map => ThroughMap(map, filter.Predicate),
                AggregateNode aggregate => ThroughAggregate(aggregate, filter.Predicate),
                _ => null,
            };
            if (predicate is null)
            {
                return;
            }

            // The two swap their ids, so that users of the filter now use the other node.
            var input = graph[upper.Inputs[0]];
            var lowered = new FilterNode(upper.Id, [input.Id], input.Columns, predicate);
            graph.Put(lowered);
            graph.Put(upper with { Id = filter.Id, Inputs = [lowered.Id] });
            filter = lowered;
        }
    }

    private static Expression? ThroughMap(MapNode map, Expression predicate)
    {
        var values = new Dictionary<string, Expression>(StringComparer.Ordinal);
        for (var i = 0; i < map.Values.Length; i++)
        {
            values[map.Columns[i].Name] = map.Values[i];
        }

        var direct = true;
        ExpressionTools.VisitColumns(predicate, name => direct &= values[name] is ColumnExpression);
        return direct ? ExpressionTools.Substitute(predicate, values) : null;
    }

    // Without a column the predicate could drop the one row that an aggregation without groups yields.
    private static Expression? ThroughAggregate(AggregateNode aggregate, Expression predicate)
    {
        var (columns, grouped) = (0, true);
        ExpressionTools.VisitColumns(predicate, name =>
        {
            columns++;
            grouped &= aggregate.GroupBy.Contains(name);
        });
        return columns > 0 && grouped ? predicate : null;
    }
}
