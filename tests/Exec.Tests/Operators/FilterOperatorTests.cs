using PixieOrleans.Model;

namespace PixieOrleans.Exec.Tests.Operators;

public sealed class FilterOperatorTests
{
    [Theory]
    [InlineData(2)] // half of the rows pass the first condition: the second is computed for all
    [InlineData(10)] // a tenth does: the second is computed for those
    [InlineData(100_000)] // none does
    public void Process_SeveralConditions_KeepsTheRowsThatPassAll(int divisor)
    {
        const int Rows = 5000;
        var schema = Cells.Schema(("x", DataType.Int64), ("s", DataType.String), ("d", DataType.String));
        var batch = Cells.Batch(
            Cells.Column(DataType.Int64, [.. Enumerable.Range(1, Rows).Select(i => (object)(long)i)]),
            Cells.Strings([.. Enumerable.Range(1, Rows).Select(i => $"{i % 30}")]),
            Cells.Dictionary([.. Enumerable.Range(1, Rows).Select(i => i % 7 == 0 ? "yes" : "no")]));
        var plan = new PlanWriter();
        var scan = plan.Scan("t", schema);
        var multiple = PlanWriter.Call(
            "equal",
            PlanWriter.Call("modulo", plan.Column(scan, "x"), PlanWriter.Constant((long)divisor)),
            PlanWriter.Constant(0L));
        var text = PlanWriter.Call(
            "equal", PlanWriter.Call("toupper", plan.Column(scan, "s")), PlanWriter.Constant("20"));
        var flag = PlanWriter.Call("equal", plan.Column(scan, "d"), PlanWriter.Constant("yes"));
        var both = PlanWriter.Call("logicalAnd", multiple, text);
        plan.Result(plan.Filter(scan, PlanWriter.Call("logicalAnd", both, flag)));

        var rows = Runs.Run(plan.Plan, new MemoryTables().Add("t", schema, batch)).Rows();

        var expected = Enumerable.Range(1, Rows).Where(i => i % divisor == 0 && i % 30 == 20 && i % 7 == 0);
        Assert.Equal(expected.Select(i => $"{i}|20|yes"), rows);
    }

    [Fact]
    public void Process_AConditionWithoutColumns_AppliesToEveryRow()
    {
        var schema = Cells.Schema(("x", DataType.Int64));
        var plan = new PlanWriter();
        var scan = plan.Scan("t", schema);
        var one = PlanWriter.Call("equal", plan.Column(scan, "x"), PlanWriter.Constant(8L));
        plan.Result(plan.Filter(scan, PlanWriter.Call("logicalAnd", one, PlanWriter.Constant(true))));
        var batch = Cells.Batch(Cells.Column(DataType.Int64, [.. Enumerable.Range(0, 9).Select(i => (object)(long)i)]));

        Assert.Equal(["8"], Runs.Run(plan.Plan, new MemoryTables().Add("t", schema, batch)).Rows());
    }
}
