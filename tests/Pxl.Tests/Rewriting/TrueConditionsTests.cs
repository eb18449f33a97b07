using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Tests.Rewriting;

/// <summary>Conditions of arguments that were left empty are no conditions.</summary>
public sealed class TrueConditionsTests
{
    [Theory]
    [InlineData("px.contains(df.req_path, '')")]
    [InlineData("px.contains(df.req_path, '') and px.contains(df.req_body, '')")]
    [InlineData("df.req_path == 'x' or px.contains(df.req_body, '')")]
    [InlineData("df.req_path == '' or '' == ''")]
    public void Compile_ConditionThatHoldsAlways_LeavesNoFilter(string condition) =>
        Assert.Empty(Filters(condition));

    [Theory]
    [InlineData("px.contains(df.req_path, 'x')", "contains(req_path, \"x\")")]
    [InlineData("px.contains(df.req_path, '') and df.req_path != ''", "notEqual(req_path, \"\")")]
    [InlineData("not px.contains(df.req_path, '')", "logicalNot(contains(req_path, \"\"))")]
    public void Compile_OtherCondition_Stays(string condition, string left) =>
        Assert.Equal([left], Filters(condition));

    private static string[] Filters(string condition)
    {
        var result = TestTables.Compile($"""
            import px
            df = px.DataFrame('http_events')
            df = df[{condition}]
            px.display(df)
            """);

        Assert.Empty(result.Diagnostics);
        return [.. result.Plan!.Nodes.OfType<FilterNode>().Select(filter => PlanText.Render(filter.Predicate))];
    }
}
