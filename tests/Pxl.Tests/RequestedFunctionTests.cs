using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Tests;

public sealed class RequestedFunctionTests
{
    private const string Script = """
        import px
        def rows(start_time: str, limit: int, share: float, only: bool, pod: px.Pod, since: px.Time, cols: list):
            df = px.DataFrame('process_stats', start_time=start_time)
            df.limit = limit
            df.share = share
            df.only = only
            df.pod = pod
            df.since = since
            return df[cols].head(limit)
        def two():
            df = px.DataFrame('process_stats', select=['time_'])
            return df, df.head(1)
        def untyped(x):
            return px.DataFrame('process_stats')
        def nothing():
            return
        px.display(px.DataFrame('process_stats'), 'not shown')
        """;

    [Fact]
    public void Compile_FunctionWithTextArguments_ReadsThemByAnnotation()
    {
        var plan = Compile(new RequestedFunction(
            "rows",
            [
                new("start_time", "-5m"), new("limit", "7"), new("share", "0.5"), new("only", "true"),
                new("pod", "ns/pod"), new("since", "12"), new("cols", "['limit', 'share', 'only', 'pod', 'since']"),
            ],
            "out")).Plan!;

        Assert.Equal(
            """
            %0 scan process_stats from 1699999700000000000: time_ TIME64NS TimeNs
            %1 limit %0 to 7
            %2 map %1: limit = 7, share = 0.5, only = true, pod = "ns/pod", since = TIME64NS 12
            %3 result %2 "out": limit INT64, share FLOAT64, only BOOLEAN, pod STRING PodName, since TIME64NS TimeNs

            """,
            PlanText.Render(plan));
    }

    [Fact]
    public void Compile_FunctionThatReturnsSeveral_NumbersThem()
    {
        var plan = Compile(new RequestedFunction("two", [], "out")).Plan!;

        Assert.Equal(["out[0]", "out[1]"], plan.Nodes.OfType<ResultNode>().Select(result => result.Name));
    }

    [Theory]
    [InlineData("missing", "x", "1", "Function to execute, 'missing', not found.")]
    [InlineData("px", "x", "1", "'px' is a 'module' not a function.")]
    [InlineData("untyped", "x", "1", "Arg type annotation required. Function: 'untyped', arg: 'x'")]
    [InlineData("rows", "limit", "7.5", "Failed to parse arg with value '7.5' as int64.")]
    [InlineData("rows", "share", "x", "Failed to parse arg with value 'x' as float64.")]
    [InlineData("rows", "only", "1", "Failed to parse arg with value '1' as bool.")]
    [InlineData("rows", "cols", "[", "Failed to parse arg 'cols': SyntaxError: '[' was never closed")]
    [InlineData("two", "x", "1", "two() got an unexpected keyword argument 'x'")]
    public void Compile_RequestThatDoesNotFit_SaysWhy(string function, string name, string value, string message)
    {
        var result = Compile(new RequestedFunction(function, [new(name, value)], "out"));

        Assert.Null(result.Plan);
        Assert.Equal(message, Assert.Single(result.Diagnostics).Message);
    }

    [Fact]
    public void Compile_FunctionWithoutResult_SaysSo()
    {
        var result = Compile(new RequestedFunction("nothing", [], "out"));

        Assert.Equal(
            "Function 'nothing' returns 'None'. It must return a dataframe or a list of them.",
            Assert.Single(result.Diagnostics).Message);
    }

    private static CompileResult Compile(RequestedFunction function) =>
        PxlCompiler.Compile(Script, TestTables.Request with { Functions = [function] });
}
