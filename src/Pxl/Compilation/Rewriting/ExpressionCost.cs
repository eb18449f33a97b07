using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;

namespace PixieOrleans.Pxl.Compilation.Rewriting;

/// <summary>About the nanoseconds per row that an expression takes; made to be compared.</summary>
internal static class ExpressionCost
{
    /// <summary>A function that looks at every byte of a short text once.</summary>
    public const int TextCost = 8;

    private const int FixedCost = 1;
    private const int LookupCost = 40; // who is who
    private const int ParseCost = 200; // patterns, JSON, statements

    /// <summary>The sum over its calls; 0 for columns and constants.</summary>
    public static int Of(Expression expression)
    {
        if (expression is not CallExpression call)
        {
            return 0;
        }

        var cost = CostOf(call);
        foreach (var argument in call.Arguments)
        {
            cost = Math.Min(int.MaxValue / 2, cost + Of(argument));
        }

        return cost;
    }

    private static int CostOf(CallExpression call) => call.Function switch
    {
        "regex_match" or "replace" or "_match_regex_rule" => ParseCost,
        "nslookup" or "normalize_mysql" or "normalize_pgsql" or "redact_pii_best_effort" => 10 * ParseCost,
        "equal" or "notEqual" or "lessThan" or "lessThanEqual" or "greaterThan" or "greaterThanEqual"
            or "length" or "select" => TakesText(call) ? TextCost : FixedCost,
        "contains" or "find" or "substring" => 2 * TextCost,
        "add" or "toupper" or "tolower" or "trim" or "strip_prefix" or "itoa" => 4 * TextCost,
        _ when Places.DependsOnMachine(call) || Places.NeedsMerger(call) => LookupCost,
        _ => TakesText(call) || call.Type == DataType.String ? ParseCost : FixedCost,
    };

    private static bool TakesText(CallExpression call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Type == DataType.String)
            {
                return true;
            }
        }

        return false;
    }
}
