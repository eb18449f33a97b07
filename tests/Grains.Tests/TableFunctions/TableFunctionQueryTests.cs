using PixieOrleans.Grains.Tests.Clusters;
using PixieOrleans.Grains.Tests.Queries;

namespace PixieOrleans.Grains.Tests.TableFunctions;

public sealed class TableFunctionQueryTests
{
    [Fact]
    public async Task Run_FunctionsOfTheMergePart_YieldTheirRows()
    {
        await using var cluster = await NodeCluster.StartAsync("node-a", "node-b");

        var tables = await RowsAsync(cluster, "px.display(px.GetTables())");
        var schemas = await RowsAsync(
            cluster, "df = px.GetSchemas()\ndf = df[df.column_name == 'time_']\npx.display(df)");
        var functions = await RowsAsync(
            cluster, "df = px.GetUDFList()\ndf = df[df.name == 'length']\npx.display(df)");
        var version = await RowsAsync(cluster, "px.display(px.Version()[['version']])");
        var tracepoints = await RowsAsync(cluster, "px.display(px.GetTracepointStatus())");

        Assert.Equal(["processes|Processes of a test.", "requests|Requests of a test."], tables);
        Assert.Equal(["processes|time_|TIME64NS|GENERAL|", "requests|time_|TIME64NS|GENERAL|"], schemas);
        Assert.Equal(["""length|INT64|{"args":["STRING"]}"""], functions);
        Assert.NotEmpty(Assert.Single(version));
        Assert.Empty(tracepoints);
    }

    [Fact]
    public async Task Run_AgentStatus_NamesEveryNodeAlsoTheDead()
    {
        const string Agents = "df = px.GetAgentStatus()\npx.display(df[['hostname', 'agent_state', 'asid']])";
        await using var cluster = await NodeCluster.StartAsync();
        var agents = cluster.Nodes.Values.Select(node => $"{node.Name}|AGENT_STATE_HEALTHY|{node.Asid}").ToList();
        var before = await RowsAsync(cluster, Agents);

        await cluster.KillAsync("node-c");
        var after = await RowsAsync(cluster, Agents);

        Assert.Equal(agents.Order(), before.Order());
        Assert.Equal(3, after.Count);
        Assert.Equal(2, after.Count(row => row.Contains("AGENT_STATE_HEALTHY", StringComparison.Ordinal)));
        Assert.Contains(after, row => row.StartsWith("node-c|AGENT_STATE_", StringComparison.Ordinal)
            && !row.Contains("HEALTHY", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_FunctionOfNodes_YieldsARowPerNode()
    {
        await using var cluster = await NodeCluster.StartAsync();
        var asids = cluster.Nodes.Values.Select(node => $"{node.Asid}|true").Order().ToList();

        var rows = await RowsAsync(
            cluster,
            "df = px._HeapStatsNumeric()\ndf.used = df.current_allocated_bytes > 0\npx.display(df[['asid', 'used']])");

        Assert.Equal(asids, rows.Order().ToList(), StringComparer.OrdinalIgnoreCase);
    }

    private static async Task<List<string>> RowsAsync(NodeCluster cluster, string script)
    {
        var answer = await Answer.ReadAsync(cluster, cluster.Query("node-a", "import px\n" + script));
        return [.. answer.Rows];
    }
}
