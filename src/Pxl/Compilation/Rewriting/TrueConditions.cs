using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Compilation.Rewriting;

/// <summary>
/// Drops conditions that hold for every row: scripts make them of arguments that the user left empty, as every text
/// contains the empty one. A filter that is left without any goes, and no longer keeps limits from the scans.
/// </summary>
internal static class TrueConditions
{
    public static void Apply(PlanGraph graph)
    {
        foreach (var id in graph.Ordered().Select(node => node.Id))
        {
            if (graph[id] is not FilterNode filter) // as it is now: its input may have gone
            {
                continue;
            }

            if (!graph.Spend(ExpressionTools.Size(filter.Predicate)))
            {
                return;
            }

            var conditions = Conjuncts.Split(filter.Predicate);
            Expression[] open = [.. conditions.Where(condition => !IsTrue(condition))];
            if (open.Length == 0)
            {
                graph.Bypass(filter);
            }
            else if (open.Length < conditions.Count)
            {
                graph.Put(filter with { Predicate = Conjuncts.Join(open) });
            }
        }
    }

    private static bool IsTrue(Expression condition) => condition switch
    {
        ConstantExpression { Type: DataType.Boolean, Text: "true" } => true,
        CallExpression { Function: "contains", Arguments: [_, ConstantExpression { Text: "" }] } => true,
        CallExpression { Function: "logicalOr", Arguments: [{ Type: DataType.Boolean } left, var right] } =>
            IsTrue(left) || IsTrue(right),
        _ => false,
    };
}
