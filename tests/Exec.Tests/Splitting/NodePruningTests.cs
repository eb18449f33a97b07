using System.Collections.Immutable;
using PixieOrleans.Exec.Splitting;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;
using PixieOrleans.Model.Entities;
using PixieOrleans.Plans.Expressions;
using static PixieOrleans.Exec.Tests.Operators.PlanWriter;

namespace PixieOrleans.Exec.Tests.Splitting;

public sealed class NodePruningTests
{
    private static readonly ImmutableArray<ColumnSchema> Rows =
        Cells.Schema(("upid", DataType.UInt128), ("text", DataType.String), ("number", DataType.Int64));

    private static readonly NodeFacts Facts = new() { Asid = 7, Hostname = "box", Entities = CreateEntities() };

    [Theory]
    [InlineData("upid_to_pod_name", "shop/web-1", true)]
    [InlineData("upid_to_pod_name", "shop/web-2", false)]
    [InlineData("upid_to_pod_name", "", true)] // of unknown processes
    [InlineData("upid_to_pod_id", "p1", true)]
    [InlineData("upid_to_pod_id", "p2", false)]
    [InlineData("upid_to_service_name", "shop/web", true)]
    [InlineData("upid_to_service_name", "shop/db", false)]
    [InlineData("upid_to_service_name", """["shop/db","shop/web"]""", true)]
    [InlineData("upid_to_namespace", "shop", true)]
    [InlineData("upid_to_namespace", "bank", false)]
    [InlineData("upid_to_node_name", "node-a", true)]
    [InlineData("upid_to_node_name", "node-b", false)]
    [InlineData("upid_to_cmdline", "anything", true)]
    public void CanHaveRows_EqualityOnAFactAboutTheProcess_NeedsTheFactOnTheNode(
        string function, string value, bool expected) =>
        Assert.Equal(expected, CanHaveRows(row => Call("equal", Call(function, row("upid")), Constant(value))));

    [Theory]
    [InlineData(7L, true)]
    [InlineData(8L, false)]
    public void CanHaveRows_EqualityOnTheAgent_NeedsItsNumber(long asid, bool expected)
    {
        Assert.Equal(expected, CanHaveRows(_ => Call("equal", Constant(asid), Call("asid"))));
        Assert.Equal(expected, CanHaveRows(row => Call("equal", Call("upid_to_asid", row("upid")), Constant(asid))));
        Assert.True(CanHaveRows(row => Call(
            "equal", Call("upid_to_asid", Call("upid", row("number"), row("number"))), Constant(asid))));
    }

    [Theory]
    [InlineData("shop/web", true)]
    [InlineData("shop/db", false)]
    public void CanHaveRows_HasServiceName_NeedsTheServiceOnTheNode(string service, bool expected) =>
        Assert.Equal(expected, CanHaveRows(row => Call(
            "has_service_name", Call("upid_to_service_name", row("upid")), Constant(service))));

    [Fact]
    public void CanHaveRows_ConditionsJoined_FollowsTheirLogic()
    {
        static Expression Pod(Func<string, Expression> row, string name) =>
            Call("equal", Call("upid_to_pod_name", row("upid")), Constant(name));

        Assert.False(CanHaveRows(row => Call("logicalAnd", Pod(row, "shop/web-1"), Pod(row, "no/pod"))));
        Assert.True(CanHaveRows(row => Call("logicalOr", Pod(row, "no/pod"), Pod(row, "shop/web-1"))));
        Assert.False(CanHaveRows(row => Call("logicalOr", Pod(row, "no/pod"), Pod(row, "no/other"))));
        Assert.True(CanHaveRows(row => Call("logicalNot", Pod(row, "no/pod"))));
        Assert.True(CanHaveRows(row => Call("equal", row("text"), Constant("no/pod"))));
    }

    [Theory]
    [InlineData("no/pod", false)]
    [InlineData("shop/web-1", true)]
    public void CanHaveRows_ColumnComputedBefore_IsFollowedToItsFunction(string pod, bool expected)
    {
        var plan = new PlanWriter();
        var scan = plan.Scan("t", Rows);
        var map = plan.Map(scan, ("pod", Call("upid_to_pod_name", plan.Column(scan, "upid"))));
        var renamed = plan.Map(plan.Limit(map, 5), ("name", plan.Column(map, "pod")));
        plan.Result(plan.Filter(renamed, Call("equal", plan.Column(renamed, "name"), Constant(pod))));

        Assert.Equal(expected, NodePruning.CanHaveRows(plan.Plan, Facts));
    }

    [Theory]
    [InlineData("node-a", true)]
    [InlineData("", true)] // processes that are not known
    [InlineData("node-b", false)]
    public void CanHaveRows_NodeOfTheRowsProcess_IsTheNodesOwnName(string name, bool expected)
    {
        var facts = new NodeFacts { NodeName = "node-a" };

        Assert.Equal(expected, CanHaveRows(
            row => Call("equal", Call("upid_to_node_name", row("upid")), Constant(name)), facts));
        Assert.True(CanHaveRows(
            row => Call("equal", Call("pod_id_to_node_name", row("text")), Constant(name)), facts));
    }

    [Fact]
    public void CanHaveRows_NamespaceOfAName_IsOfThePodOrNotKnown()
    {
        Assert.False(CanHaveRows(row => Call(
            "equal",
            Call("pod_name_to_namespace", Call("upid_to_pod_name", row("upid"))),
            Constant("bank"))));
        Assert.True(CanHaveRows(row => Call("equal", Call("pod_name_to_namespace", row("text")), Constant("bank"))));
    }

    [Fact]
    public void CanHaveRows_SecondBranchWithoutAFilter_MayHaveRows()
    {
        var plan = new PlanWriter();
        var scan = plan.Scan("t", Rows);
        plan.Result(
            plan.Filter(scan, Call("equal", Call("upid_to_pod_name", plan.Column(scan, "upid")), Constant("no/pod"))),
            "a");
        plan.Result(scan, "b");

        Assert.True(NodePruning.CanHaveRows(PlanSplitter.Split(plan.Plan).Fragment, Facts));
    }

    [Fact]
    public void CanHaveRows_NothingKnown_MayHaveRows() => Assert.True(CanHaveRows(
        row => Call("equal", Call("upid_to_pod_name", row("upid")), Constant("no/pod")), new NodeFacts()));

    private static bool CanHaveRows(Func<Func<string, Expression>, Expression> condition, NodeFacts? facts = null)
    {
        var plan = new PlanWriter();
        var scan = plan.Scan("t", Rows);
        plan.Result(plan.Filter(scan, condition(name => plan.Column(scan, name))));
        return NodePruning.CanHaveRows(PlanSplitter.Split(plan.Plan).Fragment, facts ?? Facts);
    }

    private static EntitySnapshot CreateEntities()
    {
        var state = new EntityState();
        state.Set(new Service("s1", "shop", "web"));
        state.Set(new Pod("p1", "shop", "web-1") { NodeName = "node-a", HostName = "box", ServiceIds = ["s1"] });
        return state.ToSnapshot();
    }
}
