using System.Diagnostics;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Grains.Tests.Clusters;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Grains.Tests.Nodes;

public sealed class NodePlacementTests
{
    private static readonly string[] Names = ["node-a", "node-b", "node-c"];

    [Fact]
    public async Task Call_FromEverySilo_ReachesTheNodesOwnSilo()
    {
        await using var cluster = await NodeCluster.StartAsync();

        foreach (var from in Names)
        {
            foreach (var node in Names)
            {
                var status = await cluster.Node(node, from).GetStatusAsync(TestContext.Current.CancellationToken);
                Assert.Equal(node, status.Node); // taken from the silo that ran the call
            }
        }
    }

    [Fact]
    public async Task Call_AfterDeactivation_ReachesTheSameSiloAndStartsNoProbeAgain()
    {
        await using var cluster = await NodeCluster.StartAsync();

        await cluster.DeactivateAsync("node-b");
        var identity = await cluster.Node("node-b", "node-a").StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal("node-b", identity.Node);
        Assert.Equal(1, cluster.Nodes["node-b"].Starts);
    }

    [Fact]
    public async Task Call_AfterKillAndRestart_ReachesTheNewSilo()
    {
        await using var cluster = await NodeCluster.StartAsync();
        var token = TestContext.Current.CancellationToken;
        var before = await cluster.Node("node-c", "node-a").GetIdentityAsync(token);

        await cluster.KillAsync("node-c");
        await cluster.RestartAsync("node-c");

        await Poll.UntilAsync(
            async () => await NameOrNullAsync(cluster.Node("node-c", "node-a")) == "node-c",
            NodeCluster.Deadline,
            () => "node-c answers again",
            token);
        var after = await cluster.Node("node-c", "node-b").GetIdentityAsync(token);
        Assert.Equal(before, after); // the name keeps its number
        Assert.Equal(2, cluster.Nodes["node-c"].Starts);
    }

    [Fact]
    public async Task Call_NodeThatDoesNotExist_FailsAtOnceWithATypedError()
    {
        await using var cluster = await NodeCluster.StartAsync();
        var watch = Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<NodeUnavailableException>(async () =>
            await cluster.Node("node-x", "node-a").GetIdentityAsync(TestContext.Current.CancellationToken));

        Assert.Equal("node-x", error.Node);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    private static async Task<string?> NameOrNullAsync(INodeGrain node)
    {
        try
        {
            return (await node.GetStatusAsync(TestContext.Current.CancellationToken)).Node;
        }
        catch (Exception) // not yet: asked again by the caller
        {
            return null;
        }
    }
}
