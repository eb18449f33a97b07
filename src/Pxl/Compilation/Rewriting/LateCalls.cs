using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Compilation.Rewriting;

/// <summary>
/// Cuts a map in front of a filter in two: what the filter does not look at and is dear is computed behind it, for the
/// rows that are left.
/// </summary>
internal static class LateCalls
{
    public static void Apply(PlanGraph graph)
    {
        var users = graph.CountUsers();
        foreach (var node in graph.Ordered().OfType<FilterNode>())
        {
            if (graph[node.Id] is FilterNode filter
                && users.GetValueOrDefault(filter.Inputs[0]) == 1
                && graph[filter.Inputs[0]] is MapNode map
                && graph.Spend(map.Values.Sum(ExpressionTools.Size)))
            {
                Cut(graph, filter, map);
            }
        }
    }

    private static void Cut(PlanGraph graph, FilterNode filter, MapNode map)
    {
        var looked = new HashSet<string>(StringComparer.Ordinal);
        ExpressionTools.VisitColumns(filter.Predicate, name => looked.Add(name));
        var late = map.Columns.Zip(map.Values, (column, value) =>
            !looked.Contains(column.Name) && ExpressionCost.Of(value) >= ExpressionCost.TextCost).ToArray();
        if (!late.Contains(true) || Places.NeedsMerger(filter.Predicate) || map.Values.Any(Places.NeedsMerger))
        {
            return; // in the merge part only the rows of a limit are left
        }

        var early = new EarlyColumns(graph[map.Inputs[0]]);
        for (var i = 0; i < late.Length; i++)
        {
            if (!late[i])
            {
                early.Add(map.Columns[i], map.Values[i]);
            }
        }

        var values = ImmutableArray.CreateBuilder<Expression>(late.Length);
        for (var i = 0; i < late.Length; i++)
        {
            values.Add(late[i] ? early.Behind(map.Values[i]) : Reference(map.Columns[i]));
        }

        var first = new MapNode(graph.NewId(), map.Inputs, early.Columns, early.Values);
        graph.Put(first);
        var lowered = filter with { Id = graph.NewId(), Inputs = [first.Id], Columns = first.Columns };
        graph.Put(lowered);
        graph.Put(map with { Id = filter.Id, Inputs = [lowered.Id], Values = values.MoveToImmutable() });
    }

    private static ColumnExpression Reference(ColumnSchema column) => new(column.Name, column.Type, column.Semantic);

    /// <summary>What the first of the two maps computes: its own columns, and those the other still needs.</summary>
    private sealed class EarlyColumns(PlanNode input)
    {
        private readonly ImmutableArray<ColumnSchema>.Builder _columns = ImmutableArray.CreateBuilder<ColumnSchema>();
        private readonly ImmutableArray<Expression>.Builder _values = ImmutableArray.CreateBuilder<Expression>();
        private readonly Dictionary<string, Expression> _passed = new(StringComparer.Ordinal); // by name in the input
        private readonly HashSet<string> _names = new(StringComparer.Ordinal);

        public ImmutableArray<ColumnSchema> Columns => _columns.ToImmutable();

        public ImmutableArray<Expression> Values => _values.ToImmutable();

        public void Add(ColumnSchema column, Expression value)
        {
            _columns.Add(column);
            _values.Add(value);
            _names.Add(column.Name);
            if (value is ColumnExpression passed)
            {
                _passed.TryAdd(passed.Name, passed with { Name = column.Name });
            }
        }

        /// <summary>An expression over the input, over the first map's columns.</summary>
        public Expression Behind(Expression value)
        {
            ExpressionTools.VisitColumns(value, Pass);
            return ExpressionTools.Substitute(value, _passed);
        }

        private void Pass(string name)
        {
            if (_passed.ContainsKey(name))
            {
                return;
            }

            var column = input.Columns.First(column => column.Name == name);
            var free = name;
            for (var i = 1; _names.Contains(free); i++)
            {
                free = $"{name}_{i}";
            }

            Add(column with { Name = free }, Reference(column));
        }
    }
}
