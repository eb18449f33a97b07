using Microsoft.Extensions.DependencyInjection;
using PixieOrleans.Grains.Fragments;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Grains.Tests.Clusters;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Grains.Tests.Queries;

public sealed class StreamTests
{
    private const string Stream = """
        import px
        df = px.DataFrame('requests')
        df = df[df.latency < 5]
        df = df[['node', 'latency']]
        px.display(df.stream(), 'live')
        """;

    [Fact]
    public async Task Run_RowsWrittenLater_ComeAsTheyAreWritten()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a", "node-b");
        cluster.Nodes["node-a"].AddRows(1);
        using var leave = new CancellationTokenSource();
        var reader = new StreamReader(cluster, Stream, leave.Token);
        await reader.WaitForRowsAsync(1);

        cluster.Nodes["node-b"].AddRows(9);
        await reader.WaitForRowsAsync(6);
        cluster.Nodes["node-a"].AddRows(2);
        await reader.WaitForRowsAsync(8);

        Assert.True(reader.Answer.Started!.IsStream);
        Assert.Equal(
            ["node-a|0", "node-a|0", "node-a|1", "node-b|0", "node-b|1", "node-b|2", "node-b|3", "node-b|4"],
            reader.Answer.Rows.Order(StringComparer.Ordinal));
        await leave.CancelAsync();
        await reader.EndAsync();
        await WaitForStreamsAsync(cluster, "node-a", 0);
        await WaitForStreamsAsync(cluster, "node-b", 0);
    }

    [Fact]
    public async Task Run_MoreRowsThanALimit_AllCome()
    {
        const int Rows = 12_000; // above the default of tables
        await using var cluster = await NodeCluster.StartAsync("node-a");
        using var leave = new CancellationTokenSource();
        var text = Stream.Replace("latency < 5", "latency >= 0", StringComparison.Ordinal);
        var reader = new StreamReader(cluster, text, leave.Token);

        cluster.Nodes["node-a"].AddRows(Rows);
        await reader.WaitForRowsAsync(Rows);

        Assert.Equal(Rows, reader.Answer.Rows.Distinct().Count());
        await leave.CancelAsync();
        await reader.EndAsync();
    }

    [Fact]
    public async Task Run_DeadlineOfTheRequest_EndsTheStreamProperly()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a");
        cluster.Nodes["node-a"].AddRows(2);

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", Stream, timeoutMs: 700));

        Assert.Equal(["node-a|0", "node-a|1"], answer.Rows);
        Assert.True(answer.Node("node-a").IsComplete);
    }

    [Fact]
    public async Task Run_MoreStreamsThanTheNodeServes_NamesTheSetting()
    {
        const int MaxStreams = 16;
        await using var cluster = await NodeCluster.StartAsync("node-a");
        using var leave = new CancellationTokenSource();
        var readers = Enumerable.Range(0, MaxStreams)
            .Select(_ => new StreamReader(cluster, Stream, leave.Token)).ToList();
        await WaitForStreamsAsync(cluster, "node-a", MaxStreams);

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", Stream));
        var rows = await Answer.ReadAsync(cluster, cluster.Query("node-a", QueryTests.AllRows)); // a worker is free

        Assert.Contains("Fragments:MaxStreams", answer.Node("node-a").Error, StringComparison.Ordinal);
        Assert.True(rows.Node("node-a").IsComplete);
        await leave.CancelAsync();
        await Task.WhenAll(readers.Select(r => r.EndAsync()));
        await WaitForStreamsAsync(cluster, "node-a", 0);
    }

    [Fact]
    public async Task Run_StreamBesideATable_IsRejected()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a");
        var text = Stream + "\npx.display(px.DataFrame('requests'), 'table')\n";

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", text));

        Assert.Contains(
            "streams or tables, not both",
            Assert.Single(Assert.IsType<QueryRejected>(answer.End).Diagnostics).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ReadersSiloDies_TheNodesStopStreaming()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a", "node-b", "node-c");
        using var leave = new CancellationTokenSource();
        var reader = new StreamReader(cluster, Stream, leave.Token, from: "node-c");
        await WaitForStreamsAsync(cluster, "node-a", 1);

        await cluster.KillAsync("node-c");

        await WaitForStreamsAsync(cluster, "node-a", 0);
        await WaitForStreamsAsync(cluster, "node-b", 0);
        await leave.CancelAsync();
        await reader.EndAsync();
    }

    private static Task WaitForStreamsAsync(NodeCluster cluster, string node, int count)
    {
        var streams = cluster.Services(node).GetRequiredService<StreamRunner>();
        return Poll.UntilAsync(
            () => Task.FromResult(streams.Running == count),
            TimeSpan.FromSeconds(90),
            () => $"{node} serves {count} streams (now {streams.Running})",
            TestContext.Current.CancellationToken);
    }

    private sealed class StreamReader
    {
        private readonly Task _reading;

        public StreamReader(NodeCluster cluster, string text, CancellationToken leave, string from = "node-a") =>
            _reading = ReadAsync(cluster, cluster.Query(from, text, leave: leave));

        public Answer Answer { get; } = new();

        public Task WaitForRowsAsync(int count) => Poll.UntilAsync(
            () => Task.FromResult(Answer.RowCount >= count || _reading.IsCompleted),
            NodeCluster.Deadline,
            () => $"{count} rows came (now {Answer.RowCount})",
            TestContext.Current.CancellationToken);

        /// <summary>Waits for the end, which is cancellation or the death of the silo.</summary>
        public async Task EndAsync()
        {
            var end = await Record.ExceptionAsync(() => _reading.WaitAsync(NodeCluster.Deadline));
            Assert.NotNull(end);
            Assert.IsNotType<TimeoutException>(end);
        }

        private async Task ReadAsync(NodeCluster cluster, IAsyncEnumerable<QueryPart> parts)
        {
            var blocks = cluster.Services("node-a").GetRequiredService<IRowBlockReader>();
            await foreach (var part in parts)
            {
                Answer.Add(part, blocks);
            }
        }
    }
}
