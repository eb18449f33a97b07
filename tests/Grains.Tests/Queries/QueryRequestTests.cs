using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Grains.Tests.Clusters;

namespace PixieOrleans.Grains.Tests.Queries;

public sealed class QueryRequestTests
{
    private const string Functions = """
        import px

        def slow(path: str, least: int):
            df = px.DataFrame('requests')
            df = df[df.path == path]
            return df[df.latency >= least][['node', 'latency']]

        def both():
            df = px.DataFrame('requests')
            return df[['path']], df[['latency']]

        px.display(px.DataFrame('requests'), 'ignored')
        """;

    [Fact]
    public async Task Run_FunctionCalls_TheirResultsAreTheTables()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a");
        cluster.Nodes["node-a"].AddRows(4, "/x");
        cluster.Nodes["node-a"].AddRows(9, "/y");
        var request = new QueryRequest(Functions)
        {
            Functions =
            [
                new FunctionCall(
                    "slow", [new FunctionArgument("path", "/x"), new FunctionArgument("least", "2")], "slow_ones"),
            ],
        };

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", request));

        Assert.Equal(["slow_ones"], answer.Started!.Tables.Select(t => t.Name));
        Assert.Equal(["node-a|2", "node-a|3"], answer.Rows);
    }

    [Fact]
    public async Task Run_FunctionOfSeveralResults_NumbersTheTables()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a");
        var request = new QueryRequest(Functions) { Functions = [new FunctionCall("both", [], "out")] };

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", request));

        Assert.Equal(["out[0]", "out[1]"], answer.Started!.Tables.Select(t => t.Name));
    }

    [Fact]
    public async Task Run_ArgumentOfTheWrongType_IsADiagnostic()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a");
        var call = new FunctionCall(
            "slow", [new FunctionArgument("path", "/"), new FunctionArgument("least", "many")], "out");

        var answer = await Answer.ReadAsync(
            cluster, cluster.Query("node-a", new QueryRequest(Functions) { Functions = [call] }));

        var error = Assert.Single(Assert.IsType<QueryRejected>(answer.End).Diagnostics);
        Assert.Contains("Failed to parse arg with value 'many'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Explain_ShowsBothPartsOfThePlanAndNoFigures()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a");

        var answer = await Answer.ReadAsync(
            cluster, cluster.Query("node-a", "#px:set explain=true\n" + QueryTests.AllRows));

        Assert.Contains("scan requests", answer.Explanation!.Fragment, StringComparison.Ordinal);
        Assert.Contains("send %", answer.Explanation.Fragment, StringComparison.Ordinal);
        Assert.Contains("receive channel 0", answer.Explanation.Merge, StringComparison.Ordinal);
        Assert.Empty(answer.Explanation.Parts);
    }

    [Fact]
    public async Task Run_Analyze_ShowsRowsOfEveryOperatorPerNode()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a", "node-b");
        cluster.Nodes["node-a"].AddRows(4);
        cluster.Nodes["node-b"].AddRows(3);

        var answer = await Answer.ReadAsync(
            cluster, cluster.Query("node-a", new QueryRequest(QueryTests.AllRows) { Analyze = true }));

        Assert.Equal(["node-a", "node-b", ""], answer.Explanation!.Parts.Select(p => p.Node));
        Assert.Equal([4L, 3], answer.Explanation.Parts.Take(2).Select(p => Rows(p, "exchangeSink")));
        Assert.Equal(7, Rows(answer.Explanation.Parts[2], "result"));
        Assert.All(answer.Explanation.Parts, p => Assert.True(p.Operators.Sum(o => o.TimeNs) > 0));
        Assert.All(answer.Explanation.Parts, p => Assert.True(p.Operators.Max(o => o.BytesOut) > 0));
    }

    [Fact]
    public async Task Run_ErrorInWhatIsNotShown_IsAWarning()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a");

        var answer = await Answer.ReadAsync(
            cluster, cluster.Query("node-a", QueryTests.AllRows + "\nunused = df[df.nope == 1]\n"));

        var warning = Assert.Single(answer.Started!.Warnings);
        Assert.Equal(5, warning.Line);
        Assert.Contains("nope", warning.Message, StringComparison.Ordinal);
        Assert.Equal("unused = df[df.nope == 1]", warning.SourceLine);
    }

    [Fact]
    public async Task Run_WithoutExplain_HasNoExplanation()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a");

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", QueryTests.AllRows));

        Assert.Null(answer.Explanation);
    }

    [Fact]
    public async Task Run_LongerThanAllowed_IsRefusedAndNamesTheSetting()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a");

        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", QueryTests.AllRows, timeoutMs: 700_000));

        var failed = Assert.IsType<QueryFailed>(answer.End);
        Assert.Equal("limit", failed.Code);
        Assert.Equal("The query asks for 700000 ms, more than Query:MaxTimeoutMs = 600000.", failed.Message);
    }

    [Fact]
    public async Task Run_MoreGroupsThanTheRequestAllows_NamesTheSetting()
    {
        const string Groups = """
            import px
            df = px.DataFrame('requests')
            df = df.groupby('latency').agg(rows=('path', px.count))
            px.display(df, 'groups')
            """;
        await using var cluster = await NodeCluster.StartAsync("node-a");
        cluster.Nodes["node-a"].AddRows(20_000);

        var answer = await Answer.ReadAsync(
            cluster, cluster.Query("node-a", new QueryRequest(Groups) { MaxMemoryBytes = 100_000 }));

        var error = answer.Node("node-a").Error!;
        Assert.Contains("100000 bytes", error, StringComparison.Ordinal);
        Assert.Contains("Fragments:MaxMemoryBytes", error, StringComparison.Ordinal);
    }

    private static long Rows(PartFigures part, string kind) =>
        Assert.Single(part.Operators, o => o.Kind == kind).RowsOut;
}
