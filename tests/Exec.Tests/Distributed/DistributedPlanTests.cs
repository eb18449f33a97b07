using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using PixieOrleans.Exec.Splitting;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;
using PixieOrleans.Plans;

namespace PixieOrleans.Exec.Tests.Distributed;

/// <summary>Random plans over random rows: one node with all, and five nodes with some of them, answer alike.</summary>
public sealed class DistributedPlanTests
{
    private const int Plans = 2000;

    [Fact]
    public void Run_RandomPlans_AnswerAsTheReferenceDoes()
    {
        for (var seed = 0; seed < Plans; seed++)
        {
            var random = new Random(seed);
            var (tables, plan) = (new RandomTables(random), new RandomPlan(random));
            try
            {
                Check(plan, tables);
            }
            catch (Exception e)
            {
                var split = PlanSplitter.Split(plan.Plan);
                Assert.Fail(
                    $"Seed {seed}: {e.Message}\n{PlanText.Render(plan.Plan)}\nfragment:\n"
                    + $"{PlanText.Render(split.Fragment)}merge:\n{PlanText.Render(split.Merge)}{e.StackTrace}");
            }
        }
    }

    private static void Check(RandomPlan plan, RandomTables tables)
    {
        var expected = new ReferencePlan(tables).Run(plan.Plan);
        var options = new ExecutionOptions { MaxBatchRows = 64, MaxExecutionBytes = 64 << 20 };
        var whole = Runs.Run(plan.Plan, tables.All, options);
        var cut = RunCut(PlanSplitter.Split(plan.Plan), tables, options);
        foreach (var (name, (columns, rows)) in expected)
        {
            var limit = name == "output" ? plan.Limit : null;
            Compare(columns, rows, Actual(whole, name), limit, "whole");
            Compare(columns, rows, Actual(cut, name), limit, "cut");
        }
    }

    private static CollectingSink RunCut(DistributedPlan plan, RandomTables tables, ExecutionOptions options)
    {
        var answer = new CollectingSink();
        using var merge = new PlanExecution(PlanCodecRoundTrip(plan.Merge), null, options, answer);
        foreach (var node in tables.PerNode)
        {
            var parts = ScanParts.CanDivide(plan.Fragment) ? ScanParts.Divide(node, 2) : [node];
            foreach (var part in parts)
            {
                var sent = Runs.Run(PlanCodecRoundTrip(plan.Fragment), part, options);
                sent.Exchanges.ForEach(exchange => merge.Push(exchange.Channel, exchange.Batch));
            }
        }

        merge.Complete();
        return answer;
    }

    private static Plan PlanCodecRoundTrip(Plan plan) => PlanCodec.Decode(PlanCodec.Encode(plan));

    private static List<object[]> Actual(CollectingSink sink, string table) =>
    [
        .. sink.Results.Where(result => result.Table == table).SelectMany(result =>
        {
            var columns = result.Batch.Columns.Select(Cells.ToArray).ToArray();
            return Enumerable.Range(0, result.Batch.Rows).Select(row => columns.Select(c => c[row]).ToArray());
        }),
    ];

    private static void Compare(
        ImmutableArray<ColumnSchema> columns, List<object[]> expected, List<object[]> actual, int? limit, string run)
    {
        var count = Math.Min(expected.Count, limit ?? int.MaxValue);
        Assert.True(count == actual.Count, $"{run}: {actual.Count} rows instead of {count}");
        var vague = columns.Select(RandomPlan.IsVague).ToArray();
        if (limit is not null)
        {
            var rows = expected.Select(row => SharpText(row, vague)).ToLookup(text => text);
            Assert.All(
                actual.GroupBy(row => SharpText(row, vague)),
                group => Assert.InRange(group.Count(), 1, rows[group.Key].Count()));
            return;
        }

        var left = expected.GroupBy(row => SharpText(row, vague)).ToDictionary(g => g.Key, g => g.ToList());
        foreach (var row in actual)
        {
            var text = SharpText(row, vague);
            var match = left.GetValueOrDefault(text)?.FindIndex(want => IsNear(want, row, vague)) ?? -1;
            Assert.True(match >= 0, $"{run}: unexpected row {string.Join('|', row.Select(Cells.Text))}");
            left[text].RemoveAt(match);
        }
    }

    private static bool IsNear(object[] want, object[] got, bool[] vague) =>
        !vague.Where((isVague, i) => isVague && !IsNear(want[i], got[i])).Any();

    private static string SharpText(object[] row, bool[] vague) =>
        string.Join('|', row.Where((_, i) => !vague[i]).Select(Cells.Text));

    // A mean depends on the order of additions; a quantile lies among the values around its rank.
    private static bool IsNear(object want, object got)
    {
        if (want is not double[] values)
        {
            return want is double mean ? Math.Abs(mean - (double)got) < 1e-9 : Equals(want, got);
        }

        foreach (var (name, quantile) in JsonSerializer.Deserialize<Dictionary<string, double>>((string)got)!)
        {
            var rank = int.Parse(name[1..], CultureInfo.InvariantCulture) / 100.0 * values.Length;
            var slack = 2 + (values.Length * 0.02);
            var low = values.Length == 0 ? 0 : values[(int)Math.Clamp(rank - slack, 0, values.Length - 1)];
            var high = values.Length == 0 ? 0 : values[(int)Math.Clamp(rank + slack, 0, values.Length - 1)];
            if (quantile < low - 1e-9 || quantile > high + 1e-9)
            {
                return false;
            }
        }

        return true;
    }
}
