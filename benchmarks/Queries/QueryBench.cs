using System.Diagnostics;
using PixieOrleans.Exec;
using PixieOrleans.Exec.Splitting;
using PixieOrleans.Plans;
using PixieOrleans.Pxl;

namespace PixieOrleans.Bench.Queries;

/// <summary>
/// Scripts over 10 million rows like those of http_events, on one core and on two; beside DuckDB in the same run unless
/// PXO_BENCH_DUCKDB=0. PXO_BENCH_QUERIES=TEXT takes those whose name contains it.
/// </summary>
public static class QueryBench
{
    private const double Goal = 1.5; // times DuckDB's time

    /// <summary>Runs every query for a share of <paramref name="duration"/>; the best run counts.</summary>
    public static IReadOnlyList<Figure> Measure(TimeSpan duration)
    {
        var tables = new HttpRows();
        var figures = new List<Figure>();
        var alone = Environment.GetEnvironmentVariable("PXO_BENCH_DUCKDB") == "0";
        var part = Environment.GetEnvironmentVariable("PXO_BENCH_QUERIES") ?? "";
        using var duck = alone ? null : new DuckDbQueries(tables);
        foreach (var query in HttpQueries.All.Where(query => query.Name.Contains(part, StringComparison.Ordinal)))
        {
            try
            {
                figures.AddRange(Measure(query, tables, duck, duration / 10));
            }
            catch (InvalidPlanException e)
            {
                Console.Error.WriteLine($"{query.Name}: not available: {e.Message}");
            }
        }

        return figures;
    }

    private static IEnumerable<Figure> Measure(
        BenchQuery query, HttpRows tables, DuckDbQueries? duck, TimeSpan duration)
    {
        var plan = Compile(query.Script, tables);
        var ours = Best(duration, cpu: true, () => LocalRun.Whole(plan, tables));
        yield return new($"10 M rows, {query.Name}: per row", ours.TotalNanoseconds / HttpRows.Rows, "ns");
        if (duck is not null)
        {
            duck.UseThreads(1);
            var theirs = Best(duration, cpu: true, () => duck.Run(query.Sql));
            yield return new($"10 M rows, {query.Name}: time of DuckDB's", ours / theirs, "x", $"<= {Goal}");
        }

        if (!ScanParts.CanDivide(PlanSplitter.Split(plan).Fragment))
        {
            yield break;
        }

        var both = Best(duration, cpu: true, () => LocalRun.OnTwoThreads(plan, tables));
        yield return new($"10 M rows, {query.Name}: CPU on two threads, of that on one", both / ours, "x");
        if (duck is not null)
        {
            duck.UseThreads(2);
            var onTwo = Best(duration, cpu: false, () => LocalRun.OnTwoThreads(plan, tables));
            var theirs = Best(duration, cpu: false, () => duck.Run(query.Sql));
            yield return new($"10 M rows, {query.Name}: time of DuckDB's on two", onTwo / theirs, "x", $"<= {Goal}");
        }
    }

    private static Plan Compile(string script, HttpRows tables)
    {
        var request = new CompileRequest(tables.Schemas, 1_700_000_000_000_000_000) { MaxOutputRows = int.MaxValue };
        var result = PxlCompiler.Compile($"import px\n{script}\npx.display(df)\n", request);
        return result.Plan
            ?? throw new InvalidPlanException(string.Join("; ", result.Diagnostics.Select(item => item.Message)));
    }

    /// <summary>The shortest of the runs: CPU time of the process, or what the clock says.</summary>
    private static TimeSpan Best(TimeSpan duration, bool cpu, Action run)
    {
        run(); // compiles, fills caches
        var best = TimeSpan.MaxValue;
        var total = Stopwatch.StartNew();
        do
        {
            var (cpuBefore, before) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
            run();
            var used = cpu ? Environment.CpuUsage.TotalTime - cpuBefore : Stopwatch.GetElapsedTime(before);
            best = used < best ? used : best;
        }
        while (total.Elapsed < duration);

        return best;
    }
}
