using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Grains.Tests.Clusters;

namespace PixieOrleans.Grains.Tests.Queries;

public sealed class QueryTests
{
    internal const string AllRows = """
        import px
        df = px.DataFrame('requests')
        df = df[['node', 'path', 'latency']]
        px.display(df, 'out')
        """;

    private const string Totals = """
        import px
        df = px.DataFrame('requests')
        df = df.groupby('path').agg(rows=('latency', px.count), total=('latency', px.sum))
        px.display(df, 'totals')
        """;

    [Fact]
    public async Task Run_RowsOnThreeNodes_YieldsTheirUnion()
    {
        await using var cluster = await NodeCluster.StartAsync();
        cluster.Nodes["node-a"].AddRows(2);
        cluster.Nodes["node-b"].AddRows(1, "/b");
        cluster.Nodes["node-c"].AddRows(2);

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-b", AllRows));

        Assert.Equal(["out"], answer.Started!.Tables.Select(t => t.Name));
        Assert.Equal(["node", "path", "latency"], answer.Started.Tables[0].Columns.Select(c => c.Name));
        Assert.Equal(["node-a", "node-b", "node-c"], answer.Started.Nodes);
        Assert.Equal(
            ["node-a|/|0", "node-a|/|1", "node-b|/b|0", "node-c|/|0", "node-c|/|1"],
            answer.Rows.Order(StringComparer.Ordinal));
        Assert.All(answer.Summary.Nodes, n => Assert.True(n.IsComplete));
        Assert.Equal(5, answer.Summary.Statistics.RowsScanned);
        Assert.All(cluster.Nodes.Values, n => Assert.Equal(["requests"], n.AskedTables)); // whose rows may have expired
        Assert.Equal(5, answer.Summary.Statistics.RowsReturned);
        Assert.False(answer.Summary.Statistics.RowLimitReached);
    }

    [Fact]
    public async Task Run_Aggregation_MergesTheNodesStates()
    {
        await using var cluster = await NodeCluster.StartAsync();
        cluster.Nodes["node-a"].AddRows(100, "/x"); // latencies 0..99: 4950
        cluster.Nodes["node-b"].AddRows(10, "/x"); // 45
        cluster.Nodes["node-b"].AddRows(3, "/y"); // 3
        cluster.Nodes["node-c"].AddRows(1, "/y"); // 0

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", Totals));

        Assert.Equal(["/x|110|4995", "/y|4|3"], answer.Rows.Order(StringComparer.Ordinal));
        Assert.Equal(114, answer.Summary.Statistics.RowsScanned);
    }

    [Fact]
    public async Task Run_NoRows_YieldsTheSchemaAndNoBlock()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a");

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", AllRows));

        Assert.Equal(["out"], answer.Started!.Tables.Select(t => t.Name));
        Assert.Empty(answer.Rows);
        Assert.True(answer.Node("node-a").IsComplete);
    }

    [Fact]
    public async Task Run_ManyBlocks_AllRowsArrive()
    {
        const int Rows = 30_000; // several blocks per node, several batches per block
        await using var cluster = await NodeCluster.StartAsync();
        foreach (var node in cluster.Nodes.Values)
        {
            node.AddRows(Rows);
        }

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-c", AllRows, maxRows: 1_000_000));

        Assert.Equal(3 * Rows, answer.Rows.Count);
        Assert.Equal(3 * Rows, answer.Rows.Distinct().Count());
    }

    [Fact]
    public async Task Run_NodeLostEvents_SummarySaysSo()
    {
        await using var cluster = await NodeCluster.StartAsync();
        cluster.Nodes["node-b"].Losses =
            new NodeCompleteness("", true, null, 1000, new LostEvents(1, 2, 3, 4), 5, 6);

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", AllRows));

        Assert.Equal(
            new NodeCompleteness("node-b", true, null, 1000, new LostEvents(1, 2, 3, 4), 5, 6), answer.Node("node-b"));
        Assert.False(answer.Node("node-b").IsComplete);
        Assert.True(answer.Node("node-a").IsComplete);
    }

    [Fact]
    public async Task Run_TextThatDoesNotCompile_YieldsDiagnosticsOnly()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a");

        var answer = await Answer.ReadAsync(
            cluster, cluster.Query("node-a", "import px\ndf = px.DataFrame('requests')\npx.display(dg)\n"));

        var diagnostic = Assert.Single(Assert.IsType<QueryRejected>(answer.End).Diagnostics);
        Assert.Null(answer.Started);
        Assert.Equal(3, diagnostic.Line);
        Assert.StartsWith("name 'dg' is not defined", diagnostic.Message, StringComparison.Ordinal);
        Assert.Equal("px.display(dg)", diagnostic.SourceLine);
    }

    [Fact]
    public async Task Run_UnknownTable_YieldsADiagnosticThatNamesIt()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a");

        var answer = await Answer.ReadAsync(
            cluster, cluster.Query("node-a", "import px\npx.display(px.DataFrame('nonsense'))\n"));

        var diagnostic = Assert.Single(Assert.IsType<QueryRejected>(answer.End).Diagnostics);
        Assert.Equal(2, diagnostic.Line);
        Assert.Contains("nonsense", diagnostic.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public async Task Run_MaxRows_CutsTheTableThere(int maxRows)
    {
        await using var cluster = await NodeCluster.StartAsync();
        foreach (var node in cluster.Nodes.Values)
        {
            node.AddRows(40);
        }

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", AllRows, maxRows: maxRows));

        Assert.Equal(maxRows, answer.Rows.Count);
        Assert.Equal(maxRows, answer.Summary.Statistics.RowsReturned);
        Assert.True(answer.Summary.Statistics.RowLimitReached);
    }

    [Fact]
    public async Task Run_SecondTimeOnTheSameGrain_Fails()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a");
        var query = cluster.Grains("node-a").GetGrain<IQueryGrain>(Guid.NewGuid());
        var request = new QueryRequest("import px\npx.display(px.DataFrame('nonsense'))\n");

        await foreach (var part in query.RunAsync(request, TestContext.Current.CancellationToken))
        {
            Assert.IsType<QueryRejected>(part);
        }

        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var part in query.RunAsync(request, TestContext.Current.CancellationToken))
            {
                Assert.Fail("no part expected: " + part);
            }
        });
    }
}
