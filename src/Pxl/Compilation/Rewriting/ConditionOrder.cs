using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Compilation.Rewriting;

/// <summary>Puts the cheap conditions of a filter first; the engine computes the next ones for fewer rows.</summary>
internal static class ConditionOrder
{
    // About the nanoseconds per row that a call takes; only their order matters.
    private const int FixedCost = 1;
    private const int TextCost = 8;
    private const int LookupCost = 40; // who is who
    private const int ParseCost = 200; // patterns, JSON, statements

    public static void Apply(PlanGraph graph)
    {
        foreach (var filter in graph.Ordered().OfType<FilterNode>())
        {
            var conditions = Conjuncts.Split(filter.Predicate);
            if (conditions.Count > 1 && graph.Spend(ExpressionTools.Size(filter.Predicate)))
            {
                graph.Put(filter with { Predicate = Conjuncts.Join([.. conditions.OrderBy(Cost)]) }); // stable
            }
        }
    }

    private static int Cost(Expression expression)
    {
        if (expression is not CallExpression call)
        {
            return 0;
        }

        var cost = CostOf(call);
        foreach (var argument in call.Arguments)
        {
            cost = Math.Min(int.MaxValue / 2, cost + Cost(argument));
        }

        return cost;
    }

    private static int CostOf(CallExpression call) => call.Function switch
    {
        "regex_match" or "replace" or "_match_regex_rule" => ParseCost,
        "nslookup" or "normalize_mysql" or "normalize_pgsql" or "redact_pii_best_effort" => 10 * ParseCost,
        "equal" or "notEqual" or "lessThan" or "lessThanEqual" or "greaterThan" or "greaterThanEqual" or "contains"
            or "length" or "find" or "substring" or "select" => TakesText(call) ? TextCost : FixedCost,
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
