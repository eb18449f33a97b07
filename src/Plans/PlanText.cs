using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Plans;

/// <summary>Plans as text for people: explain shows it, tests compare it.</summary>
/// <remarks>One line per node: "%2 filter %1 where lessThan(latency, 5)". Columns of scans and results have types.
/// </remarks>
public static class PlanText
{
    /// <summary>Renders a plan; every line ends with a line feed.</summary>
    public static string Render(Plan plan)
    {
        var text = new StringBuilder();
        foreach (var node in plan.Nodes)
        {
            Append(text, node);
            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Renders an expression.</summary>
    public static string Render(Expression expression)
    {
        var text = new StringBuilder();
        Append(text, expression);
        return text.ToString();
    }

    private static void Append(StringBuilder text, PlanNode node)
    {
        text.Append(CultureInfo.InvariantCulture, $"%{node.Id} ");
        switch (node)
        {
            case TableScanNode scan:
                text.Append(scan.IsStream ? "stream " : "scan ").Append(scan.Table);
                AppendRange(text, scan);
                AppendBounds(text, scan);
                AppendColumns(text, scan.Columns);
                break;
            case MapNode map:
                AppendValues(text, map);
                break;
            case FilterNode filter:
                AppendInputs(text, "filter", filter);
                Append(text.Append(" where "), filter.Predicate);
                break;
            case LimitNode limit:
                AppendInputs(text, "limit", limit);
                text.Append(CultureInfo.InvariantCulture, $" to {limit.Rows}");
                break;
            case AggregateNode aggregate:
                AppendAggregate(text, aggregate);
                break;
            case ResultNode result:
                AppendInputs(text, "result", result);
                AppendQuoted(text.Append(' '), result.Name);
                AppendColumns(text, result.Columns);
                break;
            case JoinNode join:
                AppendInputs(text, $"{join.How.ToString().ToLowerInvariant()} join", join);
                AppendKeys(text, join);
                AppendNames(text, join.Columns);
                break;
            case UnionNode union:
                AppendInputs(text, "union", union);
                AppendNames(text, union.Columns);
                break;
            case TableFunctionNode function:
                AppendTableFunction(text, function);
                break;
            case ExchangeSourceNode source:
                text.Append(CultureInfo.InvariantCulture, $"receive channel {source.Channel}");
                AppendColumns(text, source.Columns);
                break;
            case ExchangeSinkNode sink:
                AppendInputs(text, "send", sink);
                text.Append(CultureInfo.InvariantCulture, $" channel {sink.Channel}");
                break;
            default:
                throw new NotSupportedException($"No text for {node.GetType().Name}.");
        }
    }

    private static void AppendInputs(StringBuilder text, string verb, PlanNode node)
    {
        text.Append(verb).Append(' ');
        for (var i = 0; i < node.Inputs.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? ", " : "")}%{node.Inputs[i]}");
        }
    }

    private static void AppendRange(StringBuilder text, TableScanNode scan)
    {
        if (scan.StartNs is { } start)
        {
            text.Append(CultureInfo.InvariantCulture, $" from {start}");
        }

        if (scan.EndNs is { } end)
        {
            text.Append(CultureInfo.InvariantCulture, $" to {end}");
        }
    }

    private static void AppendBounds(StringBuilder text, TableScanNode scan)
    {
        var separator = " where ";
        foreach (var bound in scan.Bounds)
        {
            text.Append(separator).Append(bound.Function).Append('(').Append(bound.Column).Append(", ");
            Append(text, bound.Value);
            text.Append(')');
            separator = " and ";
        }
    }

    private static void AppendNames(StringBuilder text, ImmutableArray<ColumnSchema> columns) =>
        text.Append(": ").AppendJoin(", ", columns.Select(column => column.Name));

    private static void AppendKeys(StringBuilder text, JoinNode join)
    {
        if (!join.LeftKeys.IsEmpty)
        {
            text.Append(" on (").AppendJoin(", ", join.LeftKeys).Append(") = (");
            text.AppendJoin(", ", join.RightKeys).Append(')');
        }
    }

    private static void AppendTableFunction(StringBuilder text, TableFunctionNode node)
    {
        text.Append("rows of ").Append(node.Function).Append('(');
        for (var i = 0; i < node.Arguments.Length; i++)
        {
            Append(text.Append(i > 0 ? ", " : ""), node.Arguments[i]);
        }

        text.Append(')');
        AppendColumns(text, node.Columns);
    }

    private static void AppendColumns(StringBuilder text, ImmutableArray<ColumnSchema> columns)
    {
        var separator = ": ";
        foreach (var column in columns)
        {
            text.Append(separator).Append(column.Name).Append(' ').Append(TypeNames.Of(column.Type));
            if (column.Semantic is not (SemanticType.None or SemanticType.Unspecified))
            {
                text.Append(' ').Append(column.Semantic);
            }

            separator = ", ";
        }
    }

    private static void AppendValues(StringBuilder text, MapNode map)
    {
        AppendInputs(text, "map", map);
        var separator = ": ";
        for (var i = 0; i < map.Values.Length; i++)
        {
            text.Append(separator).Append(map.Columns[i].Name);
            separator = ", ";
            if (map.Values[i] is not ColumnExpression column || column.Name != map.Columns[i].Name)
            {
                Append(text.Append(" = "), map.Values[i]);
            }
        }
    }

    private static void AppendAggregate(StringBuilder text, AggregateNode aggregate)
    {
        var verb = aggregate.Mode switch
        {
            AggregateMode.Partial => "aggregate partially",
            AggregateMode.Final => "aggregate finally",
            _ => "aggregate",
        };
        AppendInputs(text, verb, aggregate);
        text.Append(" by (").AppendJoin(", ", aggregate.GroupBy).Append(')');
        var separator = ": ";
        foreach (var call in aggregate.Aggregates)
        {
            text.Append(separator).Append(call.Name).Append(" = ").Append(call.Function).Append('(');
            text.AppendJoin(", ", call.Arguments.Select(argument => argument.Name)).Append(')');
            separator = ", ";
        }
    }

    private static void Append(StringBuilder text, Expression expression)
    {
        switch (expression)
        {
            case ColumnExpression column:
                text.Append(column.Name);
                break;
            case ConstantExpression { Type: DataType.String } constant:
                AppendQuoted(text, constant.Text);
                break;
            case ConstantExpression { Type: DataType.Time64Ns or DataType.UInt128 } constant:
                text.Append(TypeNames.Of(constant.Type)).Append(' ').Append(constant.Text);
                break;
            case ConstantExpression constant:
                text.Append(constant.Text);
                text.Append(constant.Type == DataType.Float64 && long.TryParse(constant.Text, out _) ? ".0" : "");
                break;
            case CallExpression call:
                text.Append(call.Function).Append('(');
                for (var i = 0; i < call.Arguments.Length; i++)
                {
                    Append(text.Append(i > 0 ? ", " : ""), call.Arguments[i]);
                }

                text.Append(')');
                break;
            default:
                throw new NotSupportedException($"No text for {expression.GetType().Name}.");
        }
    }

    private static void AppendQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                _ => c.ToString(),
            });
        }

        text.Append('"');
    }
}
