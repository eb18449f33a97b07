using System.Collections.Immutable;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;
using PixieOrleans.Plans;

namespace PixieOrleans.Exec.Tests.Kernels.Requests;

/// <summary>Clusterings of request paths, computed by plans.</summary>
internal static class PathClusters
{
    /// <summary>The clustering of paths in one place.</summary>
    public static string Build(params string[] paths)
    {
        var plan = Plan(out var schema);
        var tables = new MemoryTables().Add("t", schema, Cells.Batch(Cells.Strings(paths)));
        return Answer(Runs.Run(plan, tables));
    }

    /// <summary>The clustering of paths of several nodes.</summary>
    public static string Merge(params string[][] nodes)
    {
        var plan = Plan(out var schema);
        return Answer(Runs.RunCut(
            plan, "t", schema, [.. nodes.Select(paths => Cells.Batch(Cells.Strings(paths)))]));
    }

    private static Plan Plan(out ImmutableArray<ColumnSchema> schema)
    {
        schema = Cells.Schema(("path", DataType.String));
        var plan = new PlanWriter();
        plan.Result(plan.Aggregate(
            plan.Scan("t", schema), [], ("value", "_build_request_path_clusters", "path")));
        return plan.Plan;
    }

    private static string Answer(CollectingSink sink) =>
        (string)Cells.ToArray(Assert.Single(sink.Results).Batch.Columns[0])[0];
}
