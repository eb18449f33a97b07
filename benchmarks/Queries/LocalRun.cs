using System.Collections.Immutable;
using PixieOrleans.Exec;
using PixieOrleans.Exec.Splitting;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Tables;

namespace PixieOrleans.Bench.Queries;

/// <summary>Runs plans without silos.</summary>
internal static class LocalRun
{
    /// <summary>The plan as it is, on the caller's thread.</summary>
    public static void Whole(Plan plan, ITableSource tables)
    {
        var sink = new Sink();
        Run(plan, tables, sink);
        sink.RequireRows();
    }

    /// <summary>The plan cut as for several nodes, its fragment on two threads.</summary>
    public static void OnTwoThreads(Plan plan, ITableSource tables)
    {
        var split = PlanSplitter.Split(plan);
        var parts = ScanParts.Divide(tables, 2);
        var sinks = new[] { new Sink(), new Sink() };
        Parallel.For(0, parts.Count, i => Run(split.Fragment, parts[i], sinks[i]));
        var answer = new Sink();
        using var merge = new PlanExecution(split.Merge, null, new ExecutionOptions(), answer);
        foreach (var (channel, batch) in sinks.SelectMany(sink => sink.Exchanges))
        {
            merge.Push(channel, batch);
        }

        merge.Complete();
        answer.RequireRows();
    }

    private static void Run(Plan plan, ITableSource tables, Sink sink)
    {
        using var execution = new PlanExecution(plan, tables, new ExecutionOptions(), sink);
        execution.RunScans(CancellationToken.None);
        execution.Complete();
    }

    /// <summary>Counts results, keeps exchanges.</summary>
    private sealed class Sink : IBatchSink
    {
        public long Rows { get; private set; }

        public List<(int Channel, RowBatch Batch)> Exchanges { get; } = [];

        public void RequireRows()
        {
            if (Rows == 0)
            {
                throw new InvalidOperationException("The query yielded no rows.");
            }
        }

        public void OnResult(string table, ImmutableArray<ColumnSchema> columns, RowBatch batch) => Rows += batch.Rows;

        public void OnExchange(int channel, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
            Exchanges.Add((channel, batch));
    }
}
