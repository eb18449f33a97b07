using PixieOrleans.Exec;
using PixieOrleans.Grains.TableFunctions;
using PixieOrleans.Grains.Tests.Clusters;
using PixieOrleans.Plans.Functions;

namespace PixieOrleans.Grains.Tests.TableFunctions;

public sealed class ClusterTableFunctionsTests
{
    private static readonly ClusterPicture Picture = new(
        7, "1.2.3", [TestNode.Requests],
        [new AgentPicture(5, 7, "node-a", "10.0.0.1:11111", "AGENT_STATE_HEALTHY", 1, 2, true)]);

    [Theory]
    [InlineData("GetTables", 1)]
    [InlineData("GetSchemas", 4)]
    [InlineData("GetAgentStatus", 1)]
    [InlineData("GetLinuxHeadersStatus", 1)]
    [InlineData("GetProfilerSamplingPeriodMS", 0)]
    [InlineData("GetTracepointStatus", 0)]
    [InlineData("GetCronScriptHistory", 0)]
    [InlineData("_DebugMDGetWithPrefix", 0)]
    [InlineData("Version", 1)]
    public void Read_Function_YieldsItsRowsAndColumns(string function, int rows)
    {
        var batch = Assert.Single(new ClusterTableFunctions(Picture).Read(function, []));

        var expected = TableFunctionCatalog.Find(function)!.Columns.Select(column => column.Type);
        Assert.Equal(expected, batch.Columns.Select(column => column.Type));
        Assert.Equal(rows, batch.Rows);
    }

    [Fact]
    public void Read_EveryFunctionOfTheMergePart_IsAnswered()
    {
        var functions = new ClusterTableFunctions(Picture);
        var catalog = TableFunctionCatalog.All.Where(function => function.Site == TableFunctionSite.Merger);

        Assert.All(catalog, function => Assert.Single(functions.Read(function.Name, [])));
    }

    [Fact]
    public void Read_FunctionOfNodes_IsRefused() => Assert.Throws<InvalidPlanException>(
        () => new ClusterTableFunctions(Picture).Read("_HeapStats", []));
}
