using System.Net;
using System.Text.Json;

namespace PixieOrleans.Api.Tests.Hosting;

public sealed class ClusterEndpointTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task GetTables_OneNode_ListsColumnsWithTheirTypes()
    {
        var tables = (await GetAsync("/api/v1/tables")).GetProperty("tables").EnumerateArray().ToList();

        Assert.Equal(
            ["off_cpu_stacks", "samples", "stack_traces.beta"],
            tables.Select(t => t.GetProperty("name").GetString()).Order());
        var table = tables.Single(t => t.GetProperty("name").GetString() == "samples");
        Assert.Equal(
            """{"name":"count","type":"INT64","semanticType":"ST_BYTES","pattern":"METRIC_COUNTER","""
            + "\"description\":\"A count.\"}",
            table.GetProperty("columns")[3].GetRawText());
        Assert.Equal("""["node-a"]""", table.GetProperty("nodes").GetRawText());
    }

    [Fact]
    public async Task GetNodes_OneNode_IsActiveWithItsNumber()
    {
        var node = Assert.Single((await GetAsync("/api/v1/nodes")).GetProperty("nodes").EnumerateArray());

        Assert.Equal("node-a", node.GetProperty("name").GetString());
        Assert.Equal("active", node.GetProperty("state").GetString());
        Assert.Equal(server.Node.Asid, node.GetProperty("asid").GetInt64());
    }

    [Fact]
    public async Task GetStatus_OneNode_HasAllSections()
    {
        var node = Assert.Single((await GetAsync("/api/v1/status")).GetProperty("nodes").EnumerateArray());

        Assert.Equal("node-a", node.GetProperty("node").GetString());
        Assert.Equal("ready", node.GetProperty("state").GetString());
        Assert.Equal(
            """
            [{"name":"socket_tracer","state":"running","error":null,"periodMs":10,"rows":5,"cpuMs":1.5,"losses":2}]
            """,
            node.GetProperty("sources").GetRawText());
        Assert.Equal(
            """[{"cause":"ring full","total":3,"perCpu":[1,2]}]""", node.GetProperty("losses").GetRawText());
        Assert.Equal(
            """[{"name":"samples","rows":1,"bytes":2,"budgetBytes":3,"oldest":"1970-01-01T00:00:00.000000000Z","""
            + "\"newest\":null,\"evictedRows\":4}]",
            node.GetProperty("tables").GetRawText());
        Assert.True(node.GetProperty("residentBytes").GetInt64() > 1 << 20);
    }

    [Theory]
    [InlineData("/healthz", "ok")]
    [InlineData("/readyz", "ready")]
    public async Task GetHealth_RunningNode_IsOk(string path, string status) =>
        Assert.Equal(status, (await GetAsync(path)).GetProperty("status").GetString());

    [Fact]
    public async Task GetMetrics_RunningSilo_HasOrleansSeries()
    {
        var text = await server.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        Assert.Contains("orleans_", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetOpenApi_Document_DescribesEveryPath()
    {
        var paths = (await GetAsync("/openapi/v1.json")).GetProperty("paths").EnumerateObject().Select(p => p.Name);

        Assert.Equal(
            [
                "/api/v1/query",
                "/api/v1/scripts",
                "/api/v1/scripts/{group}/{name}",
                "/api/v1/profile",
                "/api/v1/tables",
                "/api/v1/nodes",
                "/api/v1/status",
                "/healthz",
                "/readyz",
            ],
            paths);
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        var response = await server.Client.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonElement.Parse(text);
    }
}
