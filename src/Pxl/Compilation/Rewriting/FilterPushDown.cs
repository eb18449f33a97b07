using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Compilation.Rewriting;

/// <summary>
/// Moves conditions toward the scans, one by one: fewer rows to compute with. They pass maps whose columns they take
/// as they are, aggregations when they only look at the columns grouped by, unions into every input, and joins into
/// the side they look at unless rows without a partner would appear. Never past a limit, nor past a node that others
/// use. Filters in a row become one.
/// </summary>
internal sealed class FilterPushDown
{
    private readonly PlanGraph _graph;
    private readonly int _maxDepth;
    private readonly Dictionary<int, int> _users;
    private readonly Stack<int> _open = [];

    private FilterPushDown(PlanGraph graph, int maxDepth) =>
        (_graph, _maxDepth, _users) = (graph, maxDepth, graph.CountUsers());

    public static void Apply(PlanGraph graph, int maxDepth)
    {
        var pass = new FilterPushDown(graph, maxDepth);
        foreach (var filter in graph.Ordered().OfType<FilterNode>())
        {
            pass._open.Push(filter.Id);
            while (pass._open.TryPop(out var id))
            {
                pass.Sink(id);
            }
        }
    }

    private void Sink(int id)
    {
        while (_graph[id] is FilterNode filter
            && _users[filter.Inputs[0]] == 1
            && _graph.Spend(ExpressionTools.Size(filter.Predicate)))
        {
            var moved = _graph[filter.Inputs[0]] switch
            {
                FilterNode lower => Unite(filter, lower),
                MapNode map => Split(filter, map, ThroughMap(map)),
                AggregateNode aggregate => Split(filter, aggregate, ThroughAggregate(aggregate)),
                UnionNode union => Split(filter, union, ThroughUnion(union)),
                JoinNode join => Split(filter, join, JoinSides.Of(_graph, join).Lower),
                _ => false,
            };
            if (!moved)
            {
                return;
            }
        }
    }

    private bool Unite(FilterNode upper, FilterNode lower)
    {
        var predicate = Conjuncts.Join([.. Conjuncts.Split(lower.Predicate), .. Conjuncts.Split(upper.Predicate)]);
        if (ExpressionTools.Depth(predicate) > _maxDepth)
        {
            return false;
        }

        _graph.Put(upper with { Inputs = lower.Inputs, Predicate = predicate });
        return true;
    }

    /// <summary>Puts what can be lowered in front of <paramref name="upper"/>; true when that leaves a filter to
    /// look at again in the same place.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="upper">Its input.</param>
    /// <param name="lower">Per input of <paramref name="upper"/> the condition on it or null; null when the
    /// condition has to stay.</param>
    private bool Split(FilterNode filter, PlanNode upper, Func<Expression, Expression?[]?> lower)
    {
        var lowered = upper.Inputs.Select(_ => new List<Expression>()).ToArray();
        var rest = new List<Expression>();
        foreach (var condition in Conjuncts.Split(filter.Predicate))
        {
            var parts = lower(condition);
            if (parts is null)
            {
                rest.Add(condition);
                continue;
            }

            for (var i = 0; i < parts.Length; i++)
            {
                if (parts[i] is { } part)
                {
                    lowered[i].Add(part);
                }
            }
        }

        Place(filter, upper, lowered, rest);
        return false; // the lowered parts are looked at again; what stays will stay
    }

    private void Place(FilterNode filter, PlanNode upper, List<Expression>[] lowered, List<Expression> rest)
    {
        for (var i = 0; i < lowered.Length; i++)
        {
            if (lowered[i].Count == 0)
            {
                continue;
            }

            var input = _graph[upper.Inputs[i]];
            var added = new FilterNode(_graph.NewId(), [input.Id], input.Columns, Conjuncts.Join(lowered[i]));
            _graph.Put(added);
            _users[added.Id] = 1;
            _open.Push(added.Id);
            upper = upper with { Inputs = upper.Inputs.SetItem(i, added.Id) };
        }

        if (rest.Count > 0)
        {
            _graph.Put(upper);
            _graph.Put(filter with { Predicate = Conjuncts.Join(rest) });
        }
        else
        {
            _graph.Put(upper with { Id = filter.Id }); // the filter's users now use it
        }
    }

    private static Func<Expression, Expression?[]?> ThroughMap(MapNode map)
    {
        var values = new Dictionary<string, Expression>(StringComparer.Ordinal);
        for (var i = 0; i < map.Values.Length; i++)
        {
            values[map.Columns[i].Name] = map.Values[i];
        }

        var staysBehind = map.Values.Any(Places.DependsOnMachine);
        return condition =>
        {
            var direct = !(staysBehind && Places.NeedsMerger(condition));
            ExpressionTools.VisitColumns(condition, name => direct &= values[name] is ColumnExpression);
            return direct ? [ExpressionTools.Substitute(condition, values)] : null;
        };
    }

    // Without a column the condition could drop the one row that an aggregation without groups yields.
    private static Func<Expression, Expression?[]?> ThroughAggregate(AggregateNode aggregate) => condition =>
    {
        var (columns, grouped) = (0, Places.MayCrossNodes(condition));
        ExpressionTools.VisitColumns(condition, name =>
        {
            columns++;
            grouped &= aggregate.GroupBy.Contains(name);
        });
        return columns > 0 && grouped ? [condition] : null;
    };

    private static Func<Expression, Expression?[]?> ThroughUnion(UnionNode union) => condition =>
        Places.MayCrossNodes(condition) ? [.. union.Inputs.Select(_ => condition)] : null;
}
