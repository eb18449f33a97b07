using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Functions;

namespace PixieOrleans.Exec.Splitting;

/// <summary>Tells in which part of a plan the functions of an expression can be computed.</summary>
internal static class ExpressionSites
{
    /// <summary>A function that needs a site, or null.</summary>
    public static string? Find(Expression expression, FunctionSite site) => expression switch
    {
        CallExpression call when SiteOf(call) == site => call.Function,
        CallExpression call => call.Arguments.Select(argument => Find(argument, site))
            .FirstOrDefault(function => function is not null),
        _ => null,
    };

    /// <summary>A function in any of the expressions that needs a site, or null.</summary>
    public static string? Find(IEnumerable<Expression> expressions, FunctionSite site) =>
        expressions.Select(expression => Find(expression, site)).FirstOrDefault(function => function is not null);

    /// <summary>Where a call can be computed.</summary>
    public static FunctionSite SiteOf(CallExpression call) =>
        FunctionCatalog.Resolve(call.Function, [.. call.Arguments.Select(argument => argument.Type)])?.Site
        ?? FunctionSite.Anywhere;

    /// <summary>Adds the columns that an expression reads.</summary>
    public static void AddColumns(Expression expression, HashSet<string> columns)
    {
        if (expression is ColumnExpression column)
        {
            columns.Add(column.Name);
        }
        else if (expression is CallExpression call)
        {
            foreach (var argument in call.Arguments)
            {
                AddColumns(argument, columns);
            }
        }
    }
}
