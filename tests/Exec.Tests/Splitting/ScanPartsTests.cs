using PixieOrleans.Exec.Splitting;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;

namespace PixieOrleans.Exec.Tests.Splitting;

public sealed class ScanPartsTests
{
    [Fact]
    public void Divide_IntoParts_GivesTheAnswerOfTheWhole()
    {
        var schema = Cells.Schema(("key", DataType.String), ("x", DataType.Int64));
        var tables = new MemoryTables().Add("t", schema, [.. Enumerable.Range(0, 7).Select(i => Cells.Batch(
            Cells.Strings("a", "b", "a"), Cells.Column(DataType.Int64, [(long)i, 10L * i, 1L])))]);
        var plan = new PlanWriter();
        var scan = plan.Scan("t", schema);
        plan.Result(plan.Aggregate(scan, ["key"], ("sum", "sum", "x"), ("rows", "count", "x")));
        plan.Result(plan.Aggregate(
            plan.Filter(scan, PlanWriter.Call("equal", plan.Column(scan, "x"), PlanWriter.Constant(1L))),
            [],
            ("ones", "count", "x")), "ones");
        var split = PlanSplitter.Split(plan.Plan);

        Assert.True(ScanParts.CanDivide(split.Fragment));
        var answer = new CollectingSink();
        using var merge = new PlanExecution(split.Merge, null, new ExecutionOptions(), answer);
        var parts = ScanParts.Divide(tables, 3);
        foreach (var part in parts)
        {
            var sent = new CollectingSink();
            using var execution = new PlanExecution(split.Fragment, part, new ExecutionOptions(), sent);
            execution.RunScans(TestContext.Current.CancellationToken);
            execution.Complete(TestContext.Current.CancellationToken);
            Assert.InRange(execution.Statistics.RowsScanned, 6, 9); // of 21
            sent.Exchanges.ForEach(item => merge.Push(
                item.Channel, item.Batch, TestContext.Current.CancellationToken));
        }

        merge.Complete(TestContext.Current.CancellationToken);
        Assert.Equal(["a|28|14", "b|210|7"], answer.Rows().Order());
        Assert.Equal(["8"], answer.Rows("ones"));
    }

    [Fact]
    public void CanDivide_OfWhatSendsRows_IsFalse()
    {
        var schema = Cells.Schema(("x", DataType.Int64));
        var plan = new PlanWriter();
        plan.Result(plan.Limit(plan.Scan("t", schema), 5));

        Assert.False(ScanParts.CanDivide(PlanSplitter.Split(plan.Plan).Fragment));
    }
}
