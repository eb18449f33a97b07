using System.Collections.Immutable;
using System.Diagnostics;
using PixieOrleans.Exec;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Tables;

namespace PixieOrleans.Bench.Queries;

/// <summary>
/// Queries over 10 million rows like those of http_events, on one core; beside DuckDB in the same
/// run unless PXO_BENCH_DUCKDB=0.
/// </summary>
public static class QueryBench
{
    /// <summary>Runs every query for a share of <paramref name="duration"/>; the best run counts.</summary>
    public static IReadOnlyList<Figure> Measure(TimeSpan duration)
    {
        var tables = new HttpRows();
        var figures = new List<Figure>();
        var alone = Environment.GetEnvironmentVariable("PXO_BENCH_DUCKDB") == "0";
        using var duck = alone ? null : new DuckDbQueries(tables);
        foreach (var query in HttpQueries.All)
        {
            var ours = Best(duration, () => Run(query.Plan, tables));
            figures.Add(new($"10 M rows, {query.Name}: per row", ours.TotalNanoseconds / HttpRows.Rows, "ns"));
            if (duck is not null)
            {
                var theirs = Best(duration, () => duck.Run(query.Sql));
                figures.Add(new($"10 M rows, {query.Name}: time of DuckDB's", ours / theirs, "x", "<= 1.5"));
            }
        }

        return figures;
    }

    private static TimeSpan Best(TimeSpan duration, Action run)
    {
        run(); // compiles, fills caches
        var best = TimeSpan.MaxValue;
        var total = Stopwatch.StartNew();
        do
        {
            var before = Environment.CpuUsage.TotalTime;
            run();
            var used = Environment.CpuUsage.TotalTime - before;
            best = used < best ? used : best;
        }
        while (total.Elapsed < duration);

        return best;
    }

    private static void Run(Plan plan, HttpRows tables)
    {
        var sink = new CountingSink();
        using var execution = new PlanExecution(plan, tables, new ExecutionOptions(), sink);
        execution.RunScans(CancellationToken.None);
        execution.Complete();
        if (sink.Rows == 0)
        {
            throw new InvalidOperationException("The query yielded no rows.");
        }
    }

    private sealed class CountingSink : IBatchSink
    {
        public long Rows { get; private set; }

        public void OnResult(string table, ImmutableArray<ColumnSchema> columns, RowBatch batch) => Rows += batch.Rows;

        public void OnExchange(int channel, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
            Rows += batch.Rows;
    }
}
