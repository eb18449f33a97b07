using PixieOrleans.Plans;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Compilation;

/// <summary>Measures plans, which travel to every node: about the characters of their text.</summary>
internal sealed class PlanSize(int maxChars)
{
    private long _chars;

    /// <summary>Refuses a plan that is larger than a bound.</summary>
    public static void Check(Plan plan, int maxChars)
    {
        var size = new PlanSize(maxChars);
        foreach (var node in plan.Nodes)
        {
            size.Add(node);
        }
    }

    private void Add(PlanNode node)
    {
        foreach (var column in node.Columns)
        {
            Add(column.Name.Length);
        }

        switch (node)
        {
            case MapNode map:
                foreach (var value in map.Values)
                {
                    Add(value);
                }

                break;
            case FilterNode filter:
                Add(filter.Predicate);
                break;
            case TableFunctionNode function:
                foreach (var argument in function.Arguments)
                {
                    Add(argument);
                }

                break;
            default:
                break;
        }
    }

    private void Add(Expression expression)
    {
        switch (expression)
        {
            case ConstantExpression constant:
                Add(constant.Text.Length);
                break;
            case ColumnExpression column:
                Add(column.Name.Length);
                break;
            case CallExpression call:
                Add(call.Function.Length);
                foreach (var argument in call.Arguments)
                {
                    Add(argument);
                }

                break;
            default:
                throw new NotSupportedException($"No size of {expression.GetType().Name}.");
        }
    }

    private void Add(int chars)
    {
        _chars += chars + 1;
        if (_chars > maxChars)
        {
            throw new CompileException(
                DiagnosticCodes.Limit,
                new SourceSpan(1, 1),
                $"The plan of the script has more than {maxChars} characters of names and constants.");
        }
    }
}
