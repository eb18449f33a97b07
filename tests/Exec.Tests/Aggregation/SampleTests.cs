using PixieOrleans.Exec.Aggregation;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;
using PixieOrleans.Plans.Functions;

namespace PixieOrleans.Exec.Tests.Aggregation;

public sealed class SampleTests
{
    [Fact]
    public void Sample_ManyDraws_EveryRowHasTheSameChance()
    {
        const int Draws = 6000;
        string[] values = ["a", "b", "c"];
        var random = new Random(7);
        var batch = Cells.Batch(Cells.Strings(values));
        var counts = values.ToDictionary(value => value, _ => 0);

        for (var draw = 0; draw < Draws; draw++)
        {
            using var sample = new SampleAccumulator(0, random, new ExecutionOptions(), new MemoryBudget(1 << 20));
            sample.EnsureGroups(1);
            sample.Add([0, 0, 0], batch);
            counts[(string)Cells.ToArray(sample.Finish(0, 1))[0]]++;
        }

        // Five standard deviations around a third.
        Assert.All(counts.Values, count => Assert.InRange(count, (Draws / 3) - 183, (Draws / 3) + 183));
    }

    [Fact]
    public void Sample_Groups_YieldsAValueOfEach()
    {
        var schema = Cells.Schema(("k", DataType.String), ("v", DataType.String));
        var plan = new PlanWriter();
        plan.Result(plan.Aggregate(plan.Scan("t", schema), ["k"], ("value", "sample", "v")));
        var batch = Cells.Batch(Cells.Strings("x", "y", "x"), Cells.Strings("1", "2", "3"));

        var answer = Runs.Run(plan.Plan, new MemoryTables().Add("t", schema, batch));

        var rows = Cells.Rows(Assert.Single(answer.Results).Batch).ToList();
        Assert.Contains(rows[0], (string[])["x|1", "x|3"]);
        Assert.Equal("y|2", rows[1]);
    }

    [Fact]
    public void Sample_InTheCatalog_IsNeverPartial() =>
        Assert.False(Assert.Single(FunctionCatalog.Find("sample")).SupportsPartial);
}
