using PixieOrleans.Grains.Cluster;
using PixieOrleans.Grains.Interfaces.Cluster;
using PixieOrleans.Grains.Tests.Clusters;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Grains.Tests.Cluster;

public sealed class ClusterGrainTests
{
    [Fact]
    public async Task GetNodes_ThreeNodes_AllActiveWithNumbersOfTheirOwn()
    {
        await using var cluster = await NodeCluster.StartAsync();

        var nodes = (await GrainOf(cluster).GetNodesAsync(TestContext.Current.CancellationToken)).Nodes;

        Assert.Equal(["node-a", "node-b", "node-c"], nodes.Select(n => n.Name));
        Assert.All(nodes, n => Assert.Equal("active", n.State));
        Assert.Equal(3, nodes.Select(n => n.Asid).Distinct().Count());
        Assert.All(nodes, n => Assert.Equal(cluster.Nodes[n.Name].Asid, n.Asid));
        Assert.DoesNotContain(0u, nodes.Select(n => n.Asid));
    }

    [Fact]
    public async Task GetNodes_AfterAKill_StillNamesTheDeadNode()
    {
        await using var cluster = await NodeCluster.StartAsync();
        var token = TestContext.Current.CancellationToken;

        await cluster.KillAsync("node-c");

        await Poll.UntilAsync(
            async () => await StateOfAsync(cluster, "node-c") == "dead",
            NodeCluster.Deadline,
            () => "node-c is listed as dead",
            token);
    }

    [Fact]
    public async Task Register_AfterReactivation_GivesTheNumbersThatNodesHave()
    {
        await using var cluster = await NodeCluster.StartAsync();
        var token = TestContext.Current.CancellationToken;
        var grain = GrainOf(cluster);
        var before = await grain.RegisterAsync("node-b", token);

        await cluster.DeactivateAsync(grain);

        Assert.Equal(before, await grain.RegisterAsync("node-b", token));
        Assert.Equal(cluster.Nodes["node-b"].Asid, before.Asid);
    }

    [Fact]
    public async Task GetTables_SameTableEverywhere_ListsItOnceWithItsNodes()
    {
        await using var cluster = await NodeCluster.StartAsync();

        var tables = (await GrainOf(cluster).GetTablesAsync(TestContext.Current.CancellationToken)).Tables;

        Assert.Equal(2, tables.Length);
        var table = Assert.Single(tables, t => t.Schema.Name == "requests");
        Assert.Equal(TestNode.Requests.Columns.AsEnumerable(), table.Schema.Columns.AsEnumerable());
        Assert.Equal(["node-a", "node-b", "node-c"], table.Nodes.AsEnumerable());
    }

    [Fact]
    public void Choose_NumberOfTheNameTaken_GivesTheNextFreeOne()
    {
        var first = AgentNumbers.Choose("node-a", _ => false);

        Assert.Equal(AgentNumbers.Hash("node-a"), first);
        Assert.Equal(first + 2, AgentNumbers.Choose("node-a", n => n == first || n == first + 1));
    }

    [Theory]
    [InlineData("", 2166136261)]
    [InlineData("a", 0xe40c292c)]
    [InlineData("foobar", 0xbf9cf968)]
    public void Hash_PublishedVectors_AreMet(string name, uint expected) =>
        Assert.Equal(expected, AgentNumbers.Hash(name)); // of the FNV authors

    private static IClusterGrain GrainOf(NodeCluster cluster) => cluster.Grains("node-a").GetGrain<IClusterGrain>(0);

    private static async Task<string?> StateOfAsync(NodeCluster cluster, string node)
    {
        try
        {
            var nodes = await GrainOf(cluster).GetNodesAsync(TestContext.Current.CancellationToken);
            return nodes.Nodes.FirstOrDefault(n => n.Name == node)?.State;
        }
        catch (Exception) // the grain was on the killed silo: asked again by the caller
        {
            return null;
        }
    }
}
