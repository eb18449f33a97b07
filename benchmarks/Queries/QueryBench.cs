using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using PixieOrleans.Exec;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Tables;

namespace PixieOrleans.Bench.Queries;

/// <summary>
/// Queries over 10 million rows like those of http_events, on one core; PXO_BENCH_DUCKDB=1 runs them in DuckDB too.
/// </summary>
public static class QueryBench
{
    /// <summary>Runs every query for a share of <paramref name="duration"/> and prints the best run.</summary>
    public static void Print(TimeSpan duration)
    {
        var tables = new HttpRows();
        var duck = Environment.GetEnvironmentVariable("PXO_BENCH_DUCKDB") == "1" ? new DuckDbQueries(tables) : null;
        foreach (var query in HttpQueries.All)
        {
            var ours = Best(duration, () => Run(query.Plan, tables));
            var text = string.Create(
                CultureInfo.InvariantCulture,
                $"{query.Name}: {ours.TotalMilliseconds:F0} ms, {ours.TotalNanoseconds / HttpRows.Rows:F1} ns per row");
            if (duck is not null)
            {
                var theirs = Best(duration, () => duck.Run(query.Sql));
                text += string.Create(
                    CultureInfo.InvariantCulture,
                    $"; DuckDB {theirs.TotalMilliseconds:F0} ms, ratio {ours / theirs:F2}");
            }

            Console.WriteLine(text);
        }

        duck?.Dispose();
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
