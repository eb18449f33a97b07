using System.Collections.Frozen;
using PixieOrleans.Exec.Kernels;
using PixieOrleans.Exec.Kernels.Entities;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Exec;

/// <summary>Tells whether a plan asks who is who.</summary>
public static class EntityQuestions
{
    // These look at their arguments only.
    private static readonly FrozenSet<string> Pure = FrozenSet.ToFrozenSet(
    [
        "has_value", "has_service_name", "has_service_id", "pod_name_to_namespace", "service_name_to_namespace",
    ]);

    private static readonly FrozenSet<string> Functions = Find();

    /// <summary>True when a function of the plan needs <see cref="QueryEnvironment.Entities"/>.</summary>
    public static bool AreIn(Plan plan) => plan.Nodes.Any(node => node switch
    {
        MapNode map => map.Values.Any(Asks),
        FilterNode filter => Asks(filter.Predicate),
        _ => false,
    });

    private static bool Asks(Expression expression) =>
        expression is CallExpression call && (Functions.Contains(call.Function) || call.Arguments.Any(Asks));

    private static FrozenSet<string> Find()
    {
        var table = new KernelTable();
        EntityKernels.Register(table);
        return table.Kernels.Keys
            .Select(key => key[..key.IndexOf('(', StringComparison.Ordinal)])
            .Where(name => !Pure.Contains(name))
            .ToFrozenSet(StringComparer.Ordinal);
    }
}
