using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Grains.Tests.Clusters;

namespace PixieOrleans.Grains.Tests.Queries;

public sealed class UnavailableEffectsTests
{
    private const string Tracepoint = """
        import px
        import pxtrace
        program = "kprobe:tcp_drop { printf(\"pid:%u\", pid); }"
        pxtrace.UpsertTracepoint('drops', 'TABLE', program, pxtrace.kprobe(), '10m')
        px.display(px.DataFrame('TABLE'), 'out')
        """;

    [Fact]
    public async Task Run_TracepointWhoseTableIsMissing_SaysThatItCannotBeDeployed()
    {
        var failed = Assert.IsType<QueryFailed>((await RunAsync(Tracepoint.Replace("TABLE", "drops_table"))).End);

        Assert.Equal("mutation", failed.Code);
        Assert.Equal("Tracepoints cannot be deployed yet: 'drops' with its table 'drops_table'.", failed.Message);
    }

    [Fact]
    public async Task Run_TracepointWhoseTableExists_IsAnsweredWithAWarning()
    {
        var answer = await RunAsync(Tracepoint.Replace("TABLE", "requests"));

        Assert.Single(answer.Rows);
        Assert.StartsWith(
            "Tracepoints cannot be deployed yet: 'drops'", Assert.Single(answer.Started!.Warnings).Message);
    }

    [Fact]
    public async Task Run_TracepointAndAnotherError_ReportsTheError()
    {
        var answer = await RunAsync(Tracepoint.Replace("TABLE", "drops_table") + "\npx.display(nothing)\n");

        Assert.Contains(
            "name 'nothing' is not defined",
            Assert.Single(Assert.IsType<QueryRejected>(answer.End).Diagnostics).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnlyADeletion_SaysThatItCannotBeDone()
    {
        var failed = Assert.IsType<QueryFailed>(
            (await RunAsync("import px\nimport pxtrace\npxtrace.DeleteTracepoint('drops')\n")).End);

        Assert.Equal("Tracepoints cannot be deployed yet: deletion of 'drops'.", failed.Message);
    }

    [Fact]
    public async Task Run_Export_SaysThatItCannotBeDone()
    {
        const string Export = """
            import px
            df = px.DataFrame('requests')
            px.export(df, px.otel.Data(
              endpoint=px.otel.Endpoint(url='http://127.0.0.1:4317'),
              resource={'service.name': 'shop'},
              data=[px.otel.metric.Gauge(name='latency', value=df.latency)]))
            """;

        var failed = Assert.IsType<QueryFailed>((await RunAsync(Export)).End);

        Assert.Equal("export", failed.Code);
        Assert.StartsWith("Rows cannot be exported yet (px.export of ", failed.Message, StringComparison.Ordinal);
    }

    private static async Task<Answer> RunAsync(string text)
    {
        await using var cluster = await NodeCluster.StartAsync("node-a");
        cluster.Nodes["node-a"].AddRows(1);
        return await Answer.ReadAsync(cluster, cluster.Query("node-a", text));
    }
}
