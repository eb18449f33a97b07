using System.Collections.Immutable;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Compilation.Rewriting;

/// <summary>Takes a call whose value is a column of the input already from there, instead of computing it again.
/// </summary>
/// <remarks>Equal calls within one map or filter are left to the engine, which computes them once.</remarks>
internal sealed class CommonCalls
{
    private const int MaxKnown = 256; // calls remembered per node

    private readonly PlanGraph _graph;
    private readonly Dictionary<int, List<KnownCall>> _known = [];

    private CommonCalls(PlanGraph graph) => _graph = graph;

    public static void Apply(PlanGraph graph)
    {
        var pass = new CommonCalls(graph);
        foreach (var node in graph.Ordered())
        {
            pass._known[node.Id] = node switch
            {
                MapNode map => pass.Rewrite(map),
                FilterNode filter => pass.Rewrite(filter),
                LimitNode => pass._known[node.Inputs[0]],
                _ => [],
            };
        }
    }

    private List<KnownCall> Rewrite(FilterNode filter)
    {
        var known = _known[filter.Inputs[0]];
        if (known.Count > 0 && _graph.Spend(ExpressionTools.Size(filter.Predicate)))
        {
            _graph.Put(filter with { Predicate = Replace(filter.Predicate, ByKey(known)) });
        }

        return known;
    }

    private List<KnownCall> Rewrite(MapNode map)
    {
        var known = _known[map.Inputs[0]];
        if (known.Count > 0 && _graph.Spend(map.Values.Sum(ExpressionTools.Size)))
        {
            var byKey = ByKey(known);
            map = map with { Values = [.. map.Values.Select(value => Replace(value, byKey))] };
            _graph.Put(map);
        }

        return Behind(map, known);
    }

    /// <summary>The calls that are columns behind a map, over its columns.</summary>
    private List<KnownCall> Behind(MapNode map, List<KnownCall> known)
    {
        var names = new Dictionary<string, Expression>(StringComparer.Ordinal);
        for (var i = 0; i < map.Values.Length; i++)
        {
            if (map.Values[i] is ColumnExpression column)
            {
                names.TryAdd(column.Name, column with { Name = map.Columns[i].Name });
            }
        }

        var own = map.Values
            .Select((value, i) => (Call: value as CallExpression, map.Columns[i].Name))
            .Where(item => item.Call is not null)
            .Select(item => new KnownCall(item.Call!, item.Name));
        var passed = known
            .Where(call => names.ContainsKey(call.Column))
            .Select(call => call with { Column = ((ColumnExpression)names[call.Column]).Name });
        var behind = new List<KnownCall>();
        foreach (var call in own.Concat(passed))
        {
            var all = behind.Count < MaxKnown && _graph.Spend(ExpressionTools.Size(call.Call));
            ExpressionTools.VisitColumns(call.Call, name => all &= names.ContainsKey(name));
            if (all)
            {
                behind.Add(call with { Call = ExpressionTools.Substitute(call.Call, names) });
            }
        }

        return behind;
    }

    private static Dictionary<string, string> ByKey(List<KnownCall> known)
    {
        var byKey = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var call in known)
        {
            byKey.TryAdd(ExpressionKey.Of(call.Call), call.Column);
        }

        return byKey;
    }

    private static Expression Replace(Expression expression, Dictionary<string, string> known)
    {
        if (expression is not CallExpression call)
        {
            return expression;
        }

        if (known.TryGetValue(ExpressionKey.Of(call), out var column))
        {
            return new ColumnExpression(column, call.Type, call.Semantic);
        }

        var arguments = ImmutableArray.CreateBuilder<Expression>(call.Arguments.Length);
        foreach (var argument in call.Arguments)
        {
            arguments.Add(Replace(argument, known));
        }

        return call with { Arguments = arguments.MoveToImmutable() };
    }

    /// <summary>A call that is a column.</summary>
    private sealed record KnownCall(Expression Call, string Column);
}
