using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Tests;

public sealed class ScriptSettingsTests
{
    [Fact]
    public void Compile_SetLines_AreSettings()
    {
        var result = TestTables.Compile("""
            #px:set max_output_rows_per_table=77
              #px:set explain=true
            #px:set analyze = True
            import px
            px.display(px.DataFrame('process_stats'))
            """);

        Assert.Equal(new ScriptSettings(77, Explain: true, Analyze: true), result.Settings);
        Assert.Equal(77, Assert.Single(result.Plan!.Nodes.OfType<LimitNode>()).Rows);
    }

    [Fact]
    public void Compile_RequestWithAnotherDefault_LimitsByThat()
    {
        var request = TestTables.Request with { MaxOutputRows = 12 };

        var result = PxlCompiler.Compile("import px\npx.display(px.DataFrame('process_stats'))", request);

        Assert.Equal(12, Assert.Single(result.Plan!.Nodes.OfType<LimitNode>()).Rows);
        Assert.Equal(new ScriptSettings(), result.Settings);
    }

    [Theory]
    [InlineData("#px:set max_output_rows_per_table=0")]
    [InlineData("#px:set max_output_rows_per_table=-1")]
    [InlineData("#px:set explain")]
    [InlineData("#px:set limit=5")]
    public void Compile_BadSetLine_IsAnError(string line)
    {
        var result = TestTables.Compile(line + "\nimport px\npx.display(px.DataFrame('process_stats'))");

        Assert.Null(result.Plan);
        Assert.Equal("PXL104", Assert.Single(result.Diagnostics).Code);
    }
}
