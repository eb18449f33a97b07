using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Grains.Tests.Clusters;
using PixieOrleans.Grains.Tests.Queries;
using PixieOrleans.Model;
using PixieOrleans.Model.Entities;

namespace PixieOrleans.Grains.Tests.Entities;

/// <summary>Scripts that ask who is who, over several silos.</summary>
public sealed class EntityQueryTests
{
    // The rows' paths are addresses here.
    private const string PeersByAddress = """
        import px
        df = px.DataFrame('requests')
        df = df.groupby(['node', 'path']).agg(rows=('latency', px.count))
        df.pod = px.pod_id_to_pod_name(px.ip_to_pod_id(df.path))
        df.service = px.service_id_to_service_name(px.ip_to_service_id(df.path))
        df = df[['node', 'pod', 'service']]
        px.display(df, 'peers')
        """;

    [Fact]
    public async Task Run_AddressesOfOtherNodes_AreNamedByThem()
    {
        await using var cluster = await NodeCluster.StartAsync();
        cluster.Nodes["node-a"].AddRows(1, "10.0.0.2");
        cluster.Nodes["node-b"].AddRows(1, "10.0.0.3");
        cluster.Nodes["node-c"].AddRows(1, "8.8.8.8");
        foreach (var (name, address) in new[] { ("node-b", "10.0.0.2"), ("node-c", "10.0.0.3") })
        {
            cluster.Nodes[name].SetEntities(EntitiesOf(name, address));
        }

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", PeersByAddress));

        Assert.Equal(
            ["node-a|host/node-b|host/node-b", "node-b|host/node-c|host/node-c", "node-c||"],
            answer.Rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_FilterOnTheHostOfAnotherMachine_ScansNothing()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a");
        cluster.Nodes["node-a"].AddRows(5);

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", new QueryRequest("""
            import px
            df = px.DataFrame('requests')
            df.host = px._exec_hostname()
            df = df[df.host == 'elsewhere']
            px.display(df[['host', 'path']], 'out')
            """) { Analyze = true }));

        Assert.Empty(answer.Rows);
        var scan = answer.Explanation!.Parts.Single(part => part.Node == "node-a").Operators[0];
        Assert.Equal(("scan", 5L, 0L), (scan.Kind, scan.RowsSkipped, scan.RowsOut));
        Assert.Equal(0, answer.Summary.Statistics.RowsScanned);
        Assert.True(answer.Node("node-a").IsComplete);
    }

    [Fact]
    public async Task Run_FilterOnTheAgent_AsksThatNodeOnlyOnceItsNumberIsKnown()
    {
        await using var cluster = await NodeCluster.StartAsync();
        foreach (var node in cluster.Nodes.Values)
        {
            node.AddRows(1);
        }

        await Answer.ReadAsync(cluster, cluster.Query("node-a", PeersByAddress)); // tells the numbers
        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", $"""
            import px
            df = px.DataFrame('requests')
            df.agent = px.asid()
            df = df[df.agent == {cluster.Nodes["node-b"].Asid}]
            px.display(df[['node', 'path']], 'out')
            """));

        Assert.Equal(["node-b|/"], answer.Rows);
        Assert.Equal(["node-b"], answer.Started!.Nodes);
    }

    [Fact]
    public async Task Run_FilterOnTheNode_AsksThatNodeOnly()
    {
        await using var cluster = await NodeCluster.StartAsync();
        foreach (var (name, node) in cluster.Nodes)
        {
            var state = new EntityState();
            state.Set(new Pod($"p-{name}", "host", name) { NodeName = name });
            state.Set(new Process(new Upid(node.Asid, 1, 0), "serve", PodId: $"p-{name}"));
            node.SetEntities(state.ToSnapshot());
            node.AddProcess(1);
        }

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", """
            import px
            df = px.DataFrame('processes')
            df.node = df.ctx['node']
            df = df[df.node == 'node-b']
            px.display(df[['node']], 'out')
            """));

        Assert.Equal(["node-b"], answer.Rows);
        Assert.Equal(["node-b"], answer.Started!.Nodes);
    }

    private static EntitySnapshot EntitiesOf(string node, string address)
    {
        var state = new EntityState();
        state.Set(new Service($"s-{node}", "host", node));
        state.Set(new Pod($"p-{node}", "host", node) { Addresses = [address], ServiceIds = [$"s-{node}"] });
        return state.ToSnapshot();
    }
}
