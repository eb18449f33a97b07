using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Compilation.Rewriting;

/// <summary>Puts the cheap conditions of a filter first; the engine computes the next ones for fewer rows.</summary>
internal static class ConditionOrder
{
    public static void Apply(PlanGraph graph)
    {
        foreach (var filter in graph.Ordered().OfType<FilterNode>())
        {
            var conditions = Conjuncts.Split(filter.Predicate);
            if (conditions.Count > 1 && graph.Spend(ExpressionTools.Size(filter.Predicate)))
            {
                Expression[] ordered = [.. conditions.OrderBy(ExpressionCost.Of)]; // stable
                graph.Put(filter with { Predicate = Conjuncts.Join(ordered) });
            }
        }
    }
}
