using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;

namespace PixieOrleans.Pxl.Compilation.Rewriting;

/// <summary>Conditions that all have to hold, as a list and as one expression.</summary>
internal static class Conjuncts
{
    private const string And = "logicalAnd";

    /// <summary>The conditions of a predicate, from left to right.</summary>
    public static List<Expression> Split(Expression predicate)
    {
        var conditions = new List<Expression>();
        var open = new Stack<Expression>([predicate]);
        while (open.TryPop(out var next))
        {
            if (next is CallExpression { Function: And, Arguments: [{ Type: DataType.Boolean } left, var right] })
            {
                open.Push(right);
                open.Push(left);
            }
            else
            {
                conditions.Add(next);
            }
        }

        return conditions;
    }

    /// <summary>One predicate of at least one condition, as flat as a tree of pairs can be.</summary>
    public static Expression Join(IReadOnlyList<Expression> conditions) => Join(conditions, 0, conditions.Count);

    private static Expression Join(IReadOnlyList<Expression> conditions, int start, int count)
    {
        if (count == 1)
        {
            return conditions[start];
        }

        var left = (count + 1) / 2;
        return new CallExpression(
            And,
            [Join(conditions, start, left), Join(conditions, start + left, count - left)],
            DataType.Boolean,
            SemanticType.None);
    }
}
