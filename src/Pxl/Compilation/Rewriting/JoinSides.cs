using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Compilation.Rewriting;

/// <summary>Which columns of a join come from which input, and which conditions may go in front of it.</summary>
internal sealed class JoinSides
{
    private readonly Dictionary<string, Expression>[] _columns; // per input: output column to input column
    private readonly Dictionary<string, Expression>[] _keys; // per input: key columns of the output, from either side
    private readonly bool[] _may; // per input: whether every row of the output has a row of it

    private JoinSides(JoinNode join, ImmutableArray<ColumnSchema> left, ImmutableArray<ColumnSchema> right)
    {
        _columns = [Columns(join.Columns, left), Columns(join.Columns[left.Length..], right)];
        _may = [join.How is JoinKind.Inner or JoinKind.Left, join.How is JoinKind.Inner or JoinKind.Right];
        _keys = [Keys(left, join.LeftKeys, 1, join.RightKeys), Keys(right, join.RightKeys, 0, join.LeftKeys)];
    }

    public static JoinSides Of(PlanGraph graph, JoinNode join) =>
        new(join, graph[join.Inputs[0]].Columns, graph[join.Inputs[1]].Columns);

    /// <summary>The condition on each input that stands for one on the output, or null when it has to stay.
    /// </summary>
    /// <remarks>A condition on the keys of one side holds for the partners too.</remarks>
    public Expression?[]? Lower(Expression condition)
    {
        if (!Places.MayCrossNodes(condition))
        {
            return null;
        }

        for (var side = 0; side < 2; side++)
        {
            if (_may[side] && Take(condition, _columns[side]) is { } lowered)
            {
                var partner = Take(condition, _keys[1 - side]);
                return side == 0 ? [lowered, partner] : [partner, lowered];
            }
        }

        return null;
    }

    private static Dictionary<string, Expression> Columns(
        ImmutableArray<ColumnSchema> output, ImmutableArray<ColumnSchema> input)
    {
        var columns = new Dictionary<string, Expression>(StringComparer.Ordinal);
        for (var i = 0; i < input.Length; i++)
        {
            columns[output[i].Name] = Reference(input[i]);
        }

        return columns;
    }

    // Output columns that are keys of the other side, as this side's column of the same key.
    private Dictionary<string, Expression> Keys(
        ImmutableArray<ColumnSchema> input,
        ImmutableArray<string> keys,
        int other,
        ImmutableArray<string> otherKeys)
    {
        var columns = new Dictionary<string, Expression>(StringComparer.Ordinal);
        foreach (var (output, value) in _columns[other])
        {
            var key = otherKeys.IndexOf(((ColumnExpression)value).Name);
            if (key >= 0 && value.Type != DataType.Float64) // 0 and -0 are equal, but not the same
            {
                columns[output] = Reference(input.First(column => column.Name == keys[key]));
            }
        }

        return columns;
    }

    private static ColumnExpression Reference(ColumnSchema column) => new(column.Name, column.Type, column.Semantic);

    private static Expression? Take(Expression condition, Dictionary<string, Expression> columns)
    {
        var (count, all) = (0, true);
        ExpressionTools.VisitColumns(condition, name =>
        {
            count++;
            all &= columns.ContainsKey(name);
        });
        return count > 0 && all ? ExpressionTools.Substitute(condition, columns) : null;
    }
}
