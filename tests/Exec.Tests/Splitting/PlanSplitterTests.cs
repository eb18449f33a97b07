using System.Collections.Immutable;
using PixieOrleans.Exec.Splitting;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Exec.Tests.Splitting;

public sealed class PlanSplitterTests
{
    private static readonly ImmutableArray<ColumnSchema> Schema =
        Cells.Schema(("s", DataType.String), ("x", DataType.Int64), ("upid", DataType.UInt128));

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

    [Fact]
    public void Split_Join_TakesWhatBothInputsSend()
    {
        var plan = new PlanWriter();
        var scan = plan.Scan("t", Schema);
        var counts = plan.Aggregate(scan, ["s"], ("rows", "count", "x"));
        plan.Result(plan.Join(scan, counts, JoinKind.Left, "s"));

        var split = PlanSplitter.Split(plan.Plan);

        Assert.Equal(
            """
            %0 scan t: s STRING, x INT64, upid UINT128
            %1 aggregate partially %0 by (s): rows = count(x)
            %5 send %1 channel 0
            %7 send %0 channel 1

            """,
            PlanText.Render(split.Fragment));
        Assert.Equal(
            """
            %4 receive channel 0: s STRING, rows STRING
            %1 aggregate finally %4 by (s): rows = count(x)
            %6 receive channel 1: s STRING, x INT64, upid UINT128
            %2 left join %6, %1 on (s) = (s): s, x, upid, s_y, rows
            %3 result %2 "output": s STRING, x INT64, upid UINT128, s_y STRING, rows INT64

            """,
            PlanText.Render(split.Merge));
    }

    [Fact]
    public void Split_UnionOfRowsAtTheNodes_StaysThere()
    {
        var plan = new PlanWriter();
        var union = plan.Union(plan.Scan("t", Schema), plan.Scan("u", Schema));
        plan.Result(plan.Aggregate(union, ["s"], ("total", "sum", "x")));

        var split = PlanSplitter.Split(plan.Plan);

        Assert.Equal(["TableScan", "TableScan", "Union", "Aggregate", "ExchangeSink"], Kinds(split.Fragment));
        Assert.Equal(["ExchangeSource", "Aggregate", "Result"], Kinds(split.Merge));
    }

    [Fact]
    public void Split_UnionWithFinishedGroups_IsInTheMergePart()
    {
        var plan = new PlanWriter();
        var distinct = plan.Aggregate(plan.Scan("t", Schema[..1]), ["s"]);
        plan.Result(plan.Union(plan.Scan("t", Schema[..1]), distinct));

        var split = PlanSplitter.Split(plan.Plan);

        Assert.Equal(
            ["ExchangeSource", "Aggregate", "ExchangeSource", "Union", "Result"], Kinds(split.Merge));
    }

    [Fact]
    public void Split_AggregateThatNeedsAllRows_IsCompleteInTheMergePart()
    {
        var plan = new PlanWriter();
        plan.Result(plan.Aggregate(plan.Scan("t", Schema), [], ("one", "sample", "s"), ("rows", "count", "s")));

        var split = PlanSplitter.Split(plan.Plan);

        Assert.Equal(["TableScan", "Map", "ExchangeSink"], Kinds(split.Fragment));
        Assert.Equal(["s"], split.Fragment.Nodes[1].Columns.Select(column => column.Name));
        Assert.Equal(AggregateMode.Complete, Assert.IsType<AggregateNode>(split.Merge.Nodes[1]).Mode);
    }

    [Fact]
    public void Split_MapOfBothSites_IsTwoMaps()
    {
        var plan = new PlanWriter();
        var scan = plan.Scan("t", Schema);
        plan.Result(plan.Map(
            scan,
            ("pod", PlanWriter.Call("upid_to_pod_name", plan.Column(scan, "upid"))),
            ("peer", PlanWriter.Call(
                "pod_id_to_pod_name", PlanWriter.Call("ip_to_pod_id", plan.Column(scan, "s")))),
            ("both", PlanWriter.Call(
                "add",
                PlanWriter.Call("ip_to_pod_id", plan.Column(scan, "s")),
                PlanWriter.Call("upid_to_node_name", plan.Column(scan, "upid")))),
            ("one", PlanWriter.Constant(1L))));

        var split = PlanSplitter.Split(plan.Plan);

        Assert.Equal(
            """
            %0 scan t: s STRING, x INT64, upid UINT128
            %3 map %0: pod = upid_to_pod_name(upid), s, argument = upid_to_node_name(upid)
            %5 send %3 channel 0

            """,
            PlanText.Render(split.Fragment));
        Assert.Equal(
            """
            %4 receive channel 0: pod STRING, s STRING, argument STRING
            %1 map %4: pod, peer = pod_id_to_pod_name(ip_to_pod_id(s)), both = add(ip_to_pod_id(s), argument), one = 1
            %2 result %1 "output": pod STRING, peer STRING, both STRING, one INT64

            """,
            PlanText.Render(split.Merge));
    }

    [Fact]
    public void Split_FilterOnAFunctionOfTheMergePart_SendsWhatItReads()
    {
        var plan = new PlanWriter();
        var scan = plan.Scan("t", Schema);
        var filter = plan.Filter(scan, PlanWriter.Call(
            "equal",
            PlanWriter.Call("ip_to_pod_id", plan.Column(scan, "s")),
            PlanWriter.Call("upid_to_pod_id", plan.Column(scan, "upid"))));
        plan.Result(plan.Map(filter, ("x", plan.Column(filter, "x"))));

        var split = PlanSplitter.Split(plan.Plan);

        Assert.Equal(
            """
            %0 scan t: s STRING, x INT64, upid UINT128
            %4 map %0: s, x, upid, argument = upid_to_pod_id(upid)
            %6 send %4 channel 0

            """,
            PlanText.Render(split.Fragment));
        Assert.Equal(
            """
            %5 receive channel 0: s STRING, x INT64, upid UINT128, argument STRING
            %1 filter %5 where equal(ip_to_pod_id(s), argument)
            %2 map %1: x
            %3 result %2 "output": x INT64

            """,
            PlanText.Render(split.Merge));
    }

    [Fact]
    public void Split_FunctionOfTheNodeBehindALimit_StaysWithTheRows()
    {
        var plan = new PlanWriter();
        var limit = plan.Limit(plan.Scan("t", Schema), 10);
        var map = plan.Map(limit, ("upid", plan.Column(limit, "upid")));
        plan.Result(plan.Map(map, ("pod", PlanWriter.Call("upid_to_pod_name", plan.Column(map, "upid")))));

        var split = PlanSplitter.Split(plan.Plan);

        Assert.Equal(["TableScan", "Limit", "Map", "Map", "ExchangeSink"], Kinds(split.Fragment));
        Assert.Equal(["ExchangeSource", "Limit", "Result"], Kinds(split.Merge));
        Assert.Equal(["pod"], split.Merge.Nodes[1].Columns.Select(column => column.Name));
    }

    [Fact]
    public void Split_FunctionOfTheNodeBehindAnAggregation_IsRefused()
    {
        var plan = new PlanWriter();
        var groups = plan.Aggregate(plan.Scan("t", Schema), ["upid"], ("rows", "count", "x"));
        plan.Result(plan.Map(groups, ("cmd", PlanWriter.Call("upid_to_cmdline", plan.Column(groups, "upid")))));

        var failure = Assert.Throws<InvalidPlanException>(() => PlanSplitter.Split(plan.Plan));

        Assert.Contains("upid_to_cmdline can only be computed on the node", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Split_TableFunctionOfTheMergePart_AsksNoNode()
    {
        var plan = new PlanWriter();
        plan.Result(plan.TableFunction("GetAgentStatus", true));

        var split = PlanSplitter.Split(plan.Plan);

        Assert.False(split.NeedsNodes);
        Assert.Equal(["TableFunction", "Result"], Kinds(split.Merge));
    }

    [Fact]
    public void Split_TableFunctionOfEveryNode_IsInTheFragment()
    {
        var plan = new PlanWriter();
        plan.Result(plan.TableFunction("_HeapStats"));

        var split = PlanSplitter.Split(plan.Plan);

        Assert.True(split.NeedsNodes);
        Assert.Equal(["TableFunction", "ExchangeSink"], Kinds(split.Fragment));
    }

    [Fact]
    public void Split_NodeThatNoResultDependsOn_IsLeftOut()
    {
        var plan = new PlanWriter();
        var scan = plan.Scan("t", Schema);
        plan.Aggregate(scan, ["s"], ("rows", "count", "x"));
        plan.Result(scan);

        var split = PlanSplitter.Split(plan.Plan);

        Assert.Equal(["TableScan", "ExchangeSink"], Kinds(split.Fragment));
    }

    private static IEnumerable<string> Kinds(Plan plan) =>
        plan.Nodes.Select(node => node.GetType().Name.Replace("Node", "", StringComparison.Ordinal));
}
