using System.Diagnostics;
using PixieOrleans.Grains.Tests.Clusters;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Grains.Tests.Queries;

public sealed class QueryFaultTests
{
    private const int RowsPerNode = 40_000; // 2,500 batches of the gate
    private const int TimeoutMs = 1_500;

    [Fact]
    public async Task Run_NodeKilledBefore_AnswersWithoutItAndNamesIt()
    {
        await using var cluster = await NodeCluster.StartAsync();
        cluster.Nodes["node-a"].AddRows(1);
        cluster.Nodes["node-c"].AddRows(1);
        await cluster.KillAsync("node-c");
        var watch = Stopwatch.StartNew();

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", QueryTests.AllRows, 5_000));

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(7));
        Assert.Equal(["node-a|/|0"], answer.Rows);
        Assert.False(answer.Node("node-c").Answered);
        Assert.NotEmpty(answer.Node("node-c").Error!);
        Assert.True(answer.Node("node-a").Answered);
        Assert.True(answer.Node("node-b").Answered);
    }

    [Fact]
    public async Task Run_ManyQueriesRightAfterADeath_AllAnswer()
    {
        await using var cluster = await NodeCluster.StartAsync();
        cluster.Nodes["node-a"].AddRows(1);
        cluster.Nodes["node-b"].AddRows(1);
        await cluster.KillAsync("node-c");

        for (var i = 0; i < 20; i++) // random keys: some would fall into the dead silo's part of the directory
        {
            var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", QueryTests.AllRows, 5_000));
            Assert.Equal(["node-a|/|0", "node-b|/|0"], answer.Rows.Order(StringComparer.Ordinal));
            Assert.False(answer.Node("node-c").Answered);
            Assert.DoesNotContain('\n', answer.Node("node-c").Error!);
        }
    }

    [Fact]
    public async Task Run_NodeKnownToBeDead_IsNamedAndNotAsked()
    {
        await using var cluster = await NodeCluster.StartAsync();
        await cluster.KillAsync("node-b");
        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", QueryTests.AllRows));
        await Poll.UntilAsync(
            async () =>
            {
                answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", QueryTests.AllRows));
                return !answer.Started!.Nodes.Contains("node-b");
            },
            NodeCluster.Deadline,
            () => "membership says that node-b is dead",
            TestContext.Current.CancellationToken);

        Assert.Equal(["node-a", "node-b", "node-c"], answer.Summary.Nodes.Select(n => n.Node));
        Assert.StartsWith("the node is gone since ", answer.Node("node-b").Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NodeKilledDuring_AnswersWithinTheDeadlineAndNamesIt()
    {
        await using var cluster = await NodeCluster.StartAsync();
        cluster.Nodes["node-a"].AddRows(1);
        cluster.Nodes["node-b"].AddRows(RowsPerNode);
        cluster.Nodes["node-b"].Gate.Close();
        var reading = Answer.ReadAsync(cluster, cluster.Query("node-a", QueryTests.AllRows, 10_000));
        await WaitForScanAsync(cluster, "node-b");
        var watch = Stopwatch.StartNew();

        await cluster.KillAsync("node-b");
        var answer = await reading;

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(11));
        Assert.Equal(["node-a|/|0"], answer.Rows);
        Assert.False(answer.Node("node-b").Answered);
        Assert.True(answer.Node("node-c").Answered);
    }

    [Fact]
    public async Task Run_NodeThatHangs_AnswersAtTheDeadlineAndNamesIt()
    {
        await using var cluster = await NodeCluster.StartAsync();
        cluster.Nodes["node-a"].AddRows(1);
        cluster.Nodes["node-b"].AddRows(1);
        cluster.Nodes["node-b"].Gate.Close();
        var watch = Stopwatch.StartNew();

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", QueryTests.AllRows, TimeoutMs));

        Assert.InRange(watch.ElapsedMilliseconds, TimeoutMs - 100, TimeoutMs + 2_000);
        Assert.Equal(["node-a|/|0"], answer.Rows);
        Assert.False(answer.Node("node-b").Answered);
        Assert.Contains($"{TimeoutMs} ms", answer.Node("node-b").Error, StringComparison.Ordinal);
        Assert.True(answer.Node("node-a").Answered);
    }

    [Fact]
    public async Task Run_ReaderLeaves_ScansOfAllNodesStop()
    {
        await using var cluster = await NodeCluster.StartAsync();
        foreach (var node in cluster.Nodes.Values)
        {
            node.AddRows(RowsPerNode);
            node.Gate.Close();
        }

        using var cancel = new CancellationTokenSource();
        var reading = Answer.ReadAsync(
            cluster, cluster.Query("node-a", QueryTests.AllRows, maxRows: 1_000_000, leave: cancel.Token));
        foreach (var name in cluster.Nodes.Keys)
        {
            await WaitForScanAsync(cluster, name);
        }

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

        await LetScansEndAsync(cluster);
        Assert.All(cluster.Nodes.Values, n => Assert.InRange(n.Gate.Batches, 0, 500)); // of 2,500
    }

    [Fact]
    public async Task Run_DeadlinePassed_ScansOfAllNodesStop()
    {
        await using var cluster = await NodeCluster.StartAsync();
        foreach (var node in cluster.Nodes.Values)
        {
            node.AddRows(RowsPerNode);
            node.Gate.Close();
        }

        var answer = await Answer.ReadAsync(
            cluster, cluster.Query("node-a", QueryTests.AllRows, TimeoutMs, maxRows: 1_000_000));

        Assert.All(answer.Summary.Nodes, n => Assert.False(n.Answered));
        await LetScansEndAsync(cluster);
        Assert.All(cluster.Nodes.Values, n => Assert.InRange(n.Gate.Batches, 0, 500));
    }

    [Fact]
    public async Task Run_RowLimitReached_ScansOfOtherNodesStop()
    {
        await using var cluster = await NodeCluster.StartAsync();
        cluster.Nodes["node-a"].AddRows(10);
        cluster.Nodes["node-b"].AddRows(RowsPerNode);
        cluster.Nodes["node-b"].Gate.Close();

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", QueryTests.AllRows, maxRows: 5));

        Assert.Equal(5, answer.Rows.Count);
        Assert.True(answer.Node("node-b").Answered);
        Assert.StartsWith("stopped:", answer.Node("node-b").Error, StringComparison.Ordinal);
        await LetScansEndAsync(cluster);
        Assert.InRange(cluster.Nodes["node-b"].Gate.Batches, 0, 500);
    }

    private static Task WaitForScanAsync(NodeCluster cluster, string node) => Poll.UntilAsync(
        () => Task.FromResult(cluster.Running(node) > 0),
        NodeCluster.Deadline,
        () => $"{node} scans",
        TestContext.Current.CancellationToken);

    // One batch per step: a scan that does not look at its cancellation reads hundreds before the deadline.
    private static Task LetScansEndAsync(NodeCluster cluster) => Poll.UntilAsync(
        () =>
        {
            foreach (var node in cluster.Nodes.Values)
            {
                node.Gate.Release();
            }

            return Task.FromResult(cluster.Nodes.Keys.All(n => cluster.Running(n) == 0));
        },
        NodeCluster.Deadline,
        () => "no fragment runs any more",
        TestContext.Current.CancellationToken);
}
