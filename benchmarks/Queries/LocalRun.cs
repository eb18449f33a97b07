using System.Collections.Immutable;
using PixieOrleans.Exec;
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
        using var execution = new PlanExecution(plan, tables, new ExecutionOptions(), sink);
        execution.RunScans(CancellationToken.None);
        execution.Complete();
        if (sink.Rows == 0)
        {
            throw new InvalidOperationException("The query yielded no rows.");
        }
    }

    /// <summary>Counts results, keeps exchanges.</summary>
    private sealed class Sink : IBatchSink
    {
        public long Rows { get; private set; }

        public List<(int Channel, RowBatch Batch)> Exchanges { get; } = [];

        public void OnResult(string table, ImmutableArray<ColumnSchema> columns, RowBatch batch) => Rows += batch.Rows;

        public void OnExchange(int channel, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
            Exchanges.Add((channel, batch));
    }
}
