namespace PixieOrleans.Exec.Aggregation;

/// <summary>Aggregates of texts: paths of requests, stacks, samples.</summary>
internal static class TextAggregates
{
    /// <summary>Adds the family.</summary>
    public static void Register(AggregateTable table)
    {
        table.Add("_build_request_path_clusters", "S:S", context => new PathClustersAccumulator(
            context.Columns[0], context.Options, context.Budget));
        table.Add("sample", "S:S", context => new SampleAccumulator(
            context.Columns[0], Random.Shared, context.Options, context.Budget));
        table.Add("pprof", "SII:S", context => new PprofAccumulator(
            context.Columns[0], context.Columns[1], context.Columns[2], context.Options, context.Budget));
    }
}
