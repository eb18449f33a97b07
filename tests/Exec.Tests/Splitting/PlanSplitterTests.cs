using PixieOrleans.Exec.Splitting;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Exec.Tests.Splitting;

public sealed class PlanSplitterTests
{
    [Fact]
    public void Split_PerRowOperators_StayInTheFragment()
    {
        var plan = new PlanWriter();
        var scan = plan.Scan("t", Cells.Schema(("x", DataType.Int64)));
        var map = plan.Map(scan, ("y", plan.Column(scan, "x")));
        plan.Result(plan.Filter(map, PlanWriter.Constant(true)));

        var split = PlanSplitter.Split(plan.Plan);

        Assert.Equal(["TableScan", "Map", "Filter", "ExchangeSink"], Kinds(split.Fragment));
        Assert.Equal(["ExchangeSource", "Result"], Kinds(split.Merge));
    }

    [Fact]
    public void Split_Limit_RunsInBothParts()
    {
        var plan = new PlanWriter();
        plan.Result(plan.Limit(plan.Scan("t", Cells.Schema(("x", DataType.Int64))), 10));

        var split = PlanSplitter.Split(plan.Plan);

        Assert.Equal(["TableScan", "Limit", "ExchangeSink"], Kinds(split.Fragment));
        Assert.Equal(["ExchangeSource", "Limit", "Result"], Kinds(split.Merge));
    }

    [Fact]
    public void Split_Aggregation_IsPartialThenFinal()
    {
        var plan = new PlanWriter();
        var scan = plan.Scan("t", Cells.Schema(("k", DataType.String), ("x", DataType.Int64)));
        var aggregate = plan.Aggregate(scan, ["k"], ("mean", "mean", "x"));
        plan.Result(plan.Filter(aggregate, PlanWriter.Constant(true)));

        var split = PlanSplitter.Split(plan.Plan);

        Assert.Equal(["TableScan", "Aggregate", "ExchangeSink"], Kinds(split.Fragment));
        Assert.Equal(["ExchangeSource", "Aggregate", "Filter", "Result"], Kinds(split.Merge));
        var partial = Assert.IsType<AggregateNode>(split.Fragment.Nodes[1]);
        Assert.Equal(AggregateMode.Partial, partial.Mode);
        Assert.Equal([DataType.String, DataType.String], partial.Columns.Select(column => column.Type));
        Assert.Equal(AggregateMode.Final, Assert.IsType<AggregateNode>(split.Merge.Nodes[1]).Mode);
    }

    [Fact]
    public void Split_TwoResultsOfOneNode_ShareTheChannel()
    {
        var plan = new PlanWriter();
        var scan = plan.Scan("t", Cells.Schema(("x", DataType.Int64)));
        plan.Result(scan, "one");
        plan.Result(scan, "two");

        var split = PlanSplitter.Split(plan.Plan);

        Assert.Equal(["TableScan", "ExchangeSink"], Kinds(split.Fragment));
        Assert.Equal(["ExchangeSource", "Result", "Result"], Kinds(split.Merge));
    }

    [Fact]
    public void Split_PlanCutAlready_IsRefused()
    {
        var plan = new PlanWriter();
        plan.Result(plan.Source(0, Cells.Schema(("x", DataType.Int64))));

        Assert.Throws<InvalidPlanException>(() => PlanSplitter.Split(plan.Plan));
    }

    private static IEnumerable<string> Kinds(Plan plan) =>
        plan.Nodes.Select(node => node.GetType().Name.Replace("Node", "", StringComparison.Ordinal));
}
