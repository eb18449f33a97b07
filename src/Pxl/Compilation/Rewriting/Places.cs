using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Functions;

namespace PixieOrleans.Pxl.Compilation.Rewriting;

/// <summary>Where expressions can be computed, which limits where they may be moved.</summary>
internal static class Places
{
    /// <summary>Whether its value, or that it has one, depends on the machine that computes it.</summary>
    public static bool DependsOnMachine(Expression expression) => Any(
        expression, call => SiteOf(call) == FunctionSite.Node || NamesTheMachine(call));

    /// <summary>Whether only the merge part can compute it.</summary>
    public static bool NeedsMerger(Expression expression) =>
        Any(expression, call => SiteOf(call) == FunctionSite.Merger);

    /// <summary>Whether it means the same in front of an operator that needs the rows of all nodes.</summary>
    public static bool MayCrossNodes(Expression expression) =>
        !Any(expression, call => SiteOf(call) == FunctionSite.Merger || NamesTheMachine(call));

    private static bool NamesTheMachine(CallExpression call) =>
        call.Function is "asid" or "_exec_hostname" or "_exec_host_num_cpus"
        || (call.Function == "upid" && call.Arguments.Length == 2);

    private static FunctionSite SiteOf(CallExpression call)
    {
        var types = new DataType[call.Arguments.Length];
        for (var i = 0; i < types.Length; i++)
        {
            types[i] = call.Arguments[i].Type;
        }

        return FunctionCatalog.Resolve(call.Function, types)?.Site ?? FunctionSite.Anywhere;
    }

    private static bool Any(Expression expression, Func<CallExpression, bool> condition)
    {
        if (expression is not CallExpression call)
        {
            return false;
        }

        if (condition(call))
        {
            return true;
        }

        foreach (var argument in call.Arguments)
        {
            if (Any(argument, condition))
            {
                return true;
            }
        }

        return false;
    }
}
