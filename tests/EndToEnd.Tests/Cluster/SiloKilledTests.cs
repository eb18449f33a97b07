using System.Diagnostics;
using System.Text.Json;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.EndToEnd.Tests.Cluster;

/// <summary>Three silos, each tracing one server of its own; one silo dies and comes back.</summary>
public sealed class SiloKilledTests
{
    private const string Script =
        """
        import px
        df = px.DataFrame('http_events', start_time='-10m')
        df = df.groupby(['local_port']).agg(requests=('latency', px.count))
        px.display(df, 'requests')
        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AnswerDeadline = TimeSpan.FromSeconds(8);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Query_OneSiloKilled_IsPartialUntilItIsBack()
    {
        using var folder = new TempFolder();
        await using var first = await TracedServer.StartAsync("node-1", folder, Cancel);
        await using var second = await TracedServer.StartAsync("node-2", folder, Cancel);
        await using var third = await TracedServer.StartAsync("node-3", folder, Cancel);
        TracedServer[] all = [first, second, third];
        foreach (var asked in all)
        {
            await asked.RequestAsync(Cancel);
        }

        foreach (var asked in all)
        {
            await WaitUntilCompleteAsync(asked, all);
        }

        await third.Silo.Process.KillAsync(Cancel);
        await AssertPartialUntilDeadAsync(first, [first, second], third.Name);
        await third.StartSiloAsync(Cancel);
        await third.RequestAsync(Cancel);

        await WaitUntilCompleteAsync(second, all);
    }

    private static async Task WaitUntilCompleteAsync(TracedServer asked, TracedServer[] expected)
    {
        var seen = "";
        await Poll.UntilAsync(
            async () =>
            {
                var answer = await asked.Silo.Client.QueryAsync(Script, Cancel);
                seen = answer.Root.GetRawText();
                return answer.IsComplete && Ports(answer).SetEquals(expected.Select(e => e.Server.Port));
            },
            Deadline,
            () => $"{asked.Name} answers with the rows of {string.Join(", ", expected.Select(e => e.Name))}: {seen}",
            Cancel);
    }

    /// <summary>Every answer must be partial and in time: while calls fail, and once membership knows.</summary>
    private static async Task AssertPartialUntilDeadAsync(TracedServer asked, TracedServer[] alive, string dead)
    {
        var error = "";
        await Poll.UntilAsync(
            async () =>
            {
                var clock = Stopwatch.StartNew();
                var answer = await asked.Silo.Client.QueryAsync(Script, Cancel);
                Assert.InRange(clock.Elapsed, TimeSpan.Zero, AnswerDeadline);
                Assert.Equal(alive.Select(a => a.Server.Port).Order(), Ports(answer).Order());
                Assert.False(answer.IsComplete, answer.Completeness);
                error = ErrorOf(answer, dead);
                Assert.DoesNotContain('\n', error);
                return error.StartsWith("the node is gone since ", StringComparison.Ordinal);
            },
            Deadline,
            () => $"membership knows that {dead} is dead; its error is: {error}",
            Cancel);
    }

    private static HashSet<int> Ports(Answer answer) => [.. answer.Rows.Select(row => row["local_port"].GetInt32())];

    private static string ErrorOf(Answer answer, string node)
    {
        var entry = answer.Root.GetProperty("completeness").GetProperty("nodes").EnumerateArray()
            .Single(n => n.GetProperty("node").GetString() == node);
        Assert.Equal(JsonValueKind.False, entry.GetProperty("answered").ValueKind);
        return entry.GetProperty("error").GetString()!;
    }
}
