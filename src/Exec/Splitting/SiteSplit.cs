using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Exec.Splitting;

/// <summary>
/// Cuts expressions with functions of the merge part in two: the largest parts without such functions become columns
/// that are computed at the rows.
/// </summary>
internal sealed class SiteSplit
{
    private readonly List<(ColumnSchema Column, Expression Value)> _columns = [];
    private readonly Dictionary<string, ColumnExpression> _byText = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Hands a column of the input on under its name; before anything else is added.</summary>
    public void Keep(ColumnSchema column) =>
        Add(new ColumnExpression(column.Name, column.Type, column.Semantic), column);

    /// <summary>The part of an expression that is left for the merge part.</summary>
    /// <param name="expression">Reads columns of the input.</param>
    /// <param name="column">What a column that holds all of it is called and means.</param>
    /// <returns>Reads the columns of the map.</returns>
    /// <exception cref="InvalidPlanException">A function of the node takes what only the merge part can compute.
    /// </exception>
    public Expression Split(Expression expression, ColumnSchema column)
    {
        if (expression is ConstantExpression)
        {
            return expression;
        }

        if (ExpressionSites.Find(expression, FunctionSite.Merger) is not { } merger)
        {
            return Add(expression, column);
        }

        var call = (CallExpression)expression;
        if (ExpressionSites.SiteOf(call) == FunctionSite.Node)
        {
            throw new InvalidPlanException(
                $"{call.Function} can only be computed on the node of the rows, but it takes the result of {merger}, "
                + "which can only be computed where the rows of all nodes meet.");
        }

        var arguments = call.Arguments.Select(argument => Split(argument, NameOf(argument)));
        return call with { Arguments = [.. arguments] };
    }

    /// <summary>The map that computes the columns at the rows.</summary>
    public MapNode ToMap(int id, int input) => new(
        id, [input], [.. _columns.Select(entry => entry.Column)], [.. _columns.Select(entry => entry.Value)]);

    /// <summary>Whether the map computes nothing: every column is one of the input.</summary>
    public bool IsProjection => _columns.TrueForAll(
        entry => entry.Value is ColumnExpression column && column.Name == entry.Column.Name);

    private static ColumnSchema NameOf(Expression argument) => argument is ColumnExpression column
        ? new ColumnSchema(column.Name, column.Type, column.Semantic)
        : new ColumnSchema("argument", argument.Type, argument.Semantic);

    private ColumnExpression Add(Expression value, ColumnSchema column)
    {
        var text = $"{value.Type} {PlanText.Render(value)}";
        if (!_byText.TryGetValue(text, out var reference))
        {
            var name = column.Name;
            for (var i = 2; !_names.Add(name); i++)
            {
                name = $"{column.Name}_{i}";
            }

            reference = new ColumnExpression(name, value.Type, value.Semantic);
            _columns.Add((column with { Name = name }, value));
            _byText.Add(text, reference);
        }

        return reference;
    }
}
