using PixieOrleans.Cli.Tests.Server;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Cli.Tests.Query;

public sealed class RunScriptTests : IDisposable
{
    private const string Empty = """
        {"queryId":"q","tables":[],"completeness":{"complete":true,"nodes":[]},"statistics":{"rowLimitReached":false}}
        """;

    private const string Vis = """
        {"variables":[{"name":"pod","type":"PX_POD","description":"Name of the pod."},
                      {"name":"start_time","type":"PX_STRING","defaultValue":"-5m"}],
         "widgets":[{"name":"T","func":{"name":"f","args":[
            {"name":"p","variable":"pod"},{"name":"s","variable":"start_time"}]}}]}
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--pod=shop/cart", "--start_time=-10m")]
    [InlineData("--pod", "shop/cart", "-start_time=-10m")]
    public async Task Run_NameAndArguments_SendsBoth(params string[] arguments)
    {
        await using var silo = await RecordedSilo.StartAsync(Empty);
        var terminal = new TestTerminal(server: silo.Address);

        var exitCode = await RunAsync(terminal, ["run", "px/pod", "--explain", "--max-rows", "5", "--", .. arguments]);

        Assert.Equal("", terminal.Error);
        Assert.Equal(0, exitCode);
        Assert.EndsWith(
            """{"script":"px/pod","variables":{"pod":"shop/cart","start_time":"-10m"},"maxRows":5,"explain":true}""",
            Assert.Single(silo.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FileWithVis_SendsItsFunctions()
    {
        await using var silo = await RecordedSilo.StartAsync(Empty);
        var terminal = new TestTerminal(server: silo.Address);
        _folder.Write("vis.json", Vis);
        var file = _folder.Write("mine.pxl", "import px");

        await RunAsync(terminal, "run", "-f", file, "--", "--pod=a");
        await RunAsync(terminal, "run", "-f", _folder.Path, "--", "--pod=a");

        const string Body =
            """{"query":"import px","functions":[{"name":"f","args":{"p":"a","s":"-5m"},"output":"T"}]}""";
        Assert.Equal("", terminal.Error);
        Assert.Equal(2, silo.Requests.Count);
        Assert.All(silo.Requests, r => Assert.EndsWith(Body, r, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("missing required argument : 'pod'")]
    [InlineData("the script has no argument 'pot'; it has pod, start_time", "--pod=a", "--pot=b")]
    [InlineData("--pod is given twice", "--pod=a", "--pod=b")]
    [InlineData("--pod has no value: a script's arguments are written as -- --name=value", "--pod")]
    [InlineData("'b': a script's arguments are written as -- --name=value", "--pod=a", "b")]
    public async Task Run_FileWithWrongArguments_IsWrongUsage(string expected, params string[] arguments)
    {
        var terminal = new TestTerminal(server: "http://127.0.0.1:1");
        _folder.Write("vis.json", Vis);
        var file = _folder.Write("mine.pxl", "import px");

        var exitCode = await RunAsync(terminal, ["run", "-f", file, "--", .. arguments]);

        Assert.Equal(expected + "\n", terminal.Error);
        Assert.Equal(2, exitCode);
    }

    [Fact]
    public async Task Run_NameWithoutARequiredArgument_IsWrongUsage()
    {
        await using var silo = await RecordedSilo.StartAsync(
            """{"title":"Bad arguments","status":400,"detail":"missing required argument : 'pod'"}""",
            400,
            "application/problem+json");
        var terminal = new TestTerminal(server: silo.Address);

        Assert.Equal(2, await RunAsync(terminal, "run", "px/pod"));
        Assert.Equal("missing required argument : 'pod'\n", terminal.Error);
    }

    [Fact]
    public async Task Run_HelpOfAFile_ListsItsArguments()
    {
        var terminal = new TestTerminal(server: "http://127.0.0.1:1");
        _folder.Write("vis.json", Vis);

        var exitCode = await RunAsync(terminal, "run", "-f", _folder.Write("mine.pxl", ""), "--", "--help");

        Assert.Equal(
            """
            Arguments, after --:
            argument      type       default   meaning
            ------------  ---------  --------  ----------------
            --pod         PX_POD     required  Name of the pod.
            --start_time  PX_STRING  -5m

            """.ReplaceLineEndings("\n"),
            terminal.Out);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Run_Explanation_IsPrintedBelowTheTables()
    {
        await using var silo = await RecordedSilo.StartAsync("""
            {"tables":[],"completeness":{"complete":true,"nodes":[]},
             "warnings":[{"line":2,"column":3,"message":"not meant","code":"PXL1","sourceLine":"x = y"}],
             "explanation":{"fragment":"%0 scan t\n","merge":"%1 result\n","parts":[
              {"node":"node-a","operators":[
               {"id":0,"kind":"scan","rowsIn":0,"rowsOut":4,"bytesOut":2048,"timeMs":1.5,"rowsSkipped":8}]},
              {"node":null,"operators":[{"id":1,"kind":"result","rowsIn":4,"rowsOut":4}]}]}}
            """);
        var terminal = new TestTerminal(server: silo.Address);

        await RunAsync(terminal, "run", "-e", "x", "--analyze");

        Assert.Equal(
            """
            Plan of every node:
              %0 scan t

            Plan of the merge part:
              %1 result

            node     operator   rows skipped  rows in  rows out  bytes out    time
            -------  ---------  ------------  -------  --------  ---------  ------
            node-a   %0 scan               8        0         4    2.0 KiB  1.5 ms
            (merge)  %1 result                      4         4


            """.ReplaceLineEndings("\n"),
            terminal.Out);
        Assert.Equal("warning:  L2 : C3  not meant\n    x = y\n      ^\n", terminal.Error);
    }

    [Fact]
    public async Task Run_AnalyzeAsCsv_IsWrongUsage()
    {
        var terminal = new TestTerminal(server: "http://127.0.0.1:1");

        Assert.Equal(2, await RunAsync(terminal, "run", "-e", "x", "-o", "csv", "--analyze"));
        Assert.Contains("csv has no place for the plan", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ScriptsList_LibraryOfTheSilo_LeavesHiddenOnesOut()
    {
        await using var silo = await RecordedSilo.StartAsync("""
            {"scripts":[{"name":"px/a","short":"Shows a","long":"","hidden":false},
                        {"name":"px/b","short":"Shows b","long":"","hidden":true}]}
            """);
        var terminal = new TestTerminal(server: silo.Address);

        await RunAsync(terminal, "scripts", "list");

        Assert.Equal("script  what it shows\n------  -------------\npx/a    Shows a\n", terminal.Out);
        Assert.StartsWith("GET /api/v1/scripts", Assert.Single(silo.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ScriptsShow_Text_PrintsItAlone()
    {
        await using var silo = await RecordedSilo.StartAsync("""
            {"name":"px/a","short":"Shows a","long":"More.","text":"import px\n","variables":[],"vis":{"widgets":[]}}
            """);
        var terminal = new TestTerminal(server: silo.Address);

        await RunAsync(terminal, "scripts", "show", "px/a", "--text");

        Assert.Equal("import px\n", terminal.Out);
        Assert.StartsWith("GET /api/v1/scripts/px/a", Assert.Single(silo.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Stream_PrintsRowsBelowOneHeading()
    {
        await using var silo = await RecordedSilo.StartAsync(
            """{"_started_":{"tables":[{"name":"live","columns":[{"name":"path","type":"STRING","""
            + """ "semanticType":"ST_NONE"},{"name":"latency","type":"INT64","semanticType":"ST_DURATION_NS"}]}]}}"""
            + "\n"
            + """
            {"_tableName_":"live","path":"/a","latency":2000}
            {"_tableName_":"live","path":"/a/longer/one","latency":3000000}
            {"_lost_":{"node":"node-b","rowsExpired":12}}
            {"_completeness_":{"complete":true,"nodes":[]}}

            """,
            contentType: "application/x-ndjson");
        var terminal = new TestTerminal(server: silo.Address);

        var exitCode = await RunAsync(terminal, "run", "-e", "x");

        Assert.Equal(
            """
            Table: live
            path       latency
            --------  --------
            /a            2 us
            /a/longer/one      3 ms

            """.ReplaceLineEndings("\n"),
            terminal.Out);
        Assert.Equal("12 rows of node-b expired before they could be sent\n", terminal.Error);
        Assert.Equal(0, exitCode);
    }

    private static Task<int> RunAsync(TestTerminal terminal, params string[] args) =>
        PxoCommand.RunAsync(args, terminal.Terminal, TestContext.Current.CancellationToken);
}
