using System.Collections.Immutable;
using PixieOrleans.Plans.Expressions;

namespace PixieOrleans.Pxl.Compilation;

/// <summary>Walks over expressions.</summary>
internal static class ExpressionTools
{
    /// <summary>Calls back for every use of a column.</summary>
    public static void VisitColumns(Expression expression, Action<string> visit)
    {
        switch (expression)
        {
            case ColumnExpression column:
                visit(column.Name);
                break;
            case CallExpression call:
                foreach (var argument in call.Arguments)
                {
                    VisitColumns(argument, visit);
                }

                break;
            default:
                break;
        }
    }

    /// <summary>Puts other expressions of the same types in the place of columns; meanings stay.</summary>
    public static Expression Substitute(Expression expression, IReadOnlyDictionary<string, Expression> values)
    {
        switch (expression)
        {
            case ColumnExpression column:
                var value = values[column.Name];
                return value.Semantic == column.Semantic ? value : value with { Semantic = column.Semantic };
            case CallExpression call:
                var arguments = ImmutableArray.CreateBuilder<Expression>(call.Arguments.Length);
                foreach (var argument in call.Arguments)
                {
                    arguments.Add(Substitute(argument, values));
                }

                return call with { Arguments = arguments.MoveToImmutable() };
            default:
                return expression;
        }
    }

    /// <summary>Number of nodes.</summary>
    public static int Size(Expression expression) =>
        expression is CallExpression call ? 1 + call.Arguments.Sum(Size) : 1;

    /// <summary>Calls within each other.</summary>
    public static int Depth(Expression expression) =>
        expression is CallExpression { Arguments.IsEmpty: false } call ? 1 + call.Arguments.Max(Depth) : 1;
}
