using PixieOrleans.Cli.Tests.Server;

namespace PixieOrleans.Cli.Tests.Query;

public sealed class RunCommandTests
{
    private const string Complete = """{"complete":true,"nodes":[]}""";

    private const string Incomplete = """
        {"complete":false,"nodes":[
        {"node":"node-a","answered":true,"error":null,"eventsSeen":100,
        "lost":{"kernel":0,"ring":12,"parser":0,"unclassified":0},"truncated":0,"rowsExpired":3},
        {"node":"node-b","answered":false,"error":"deadline","eventsSeen":0,"lost":null,"truncated":0,"rowsExpired":0}]}
        """;

    private const string Table = """
        {"name":"output","columns":[{"name":"req_path","type":"STRING","semanticType":"ST_NONE"},
        {"name":"latency","type":"INT64","semanticType":"ST_DURATION_NS"}],"rows":[["/a",1500000],["/b",2000]]}
        """;

    [Fact]
    public async Task Run_Table_FormatsByMeaning()
    {
        await using var silo = await RecordedSilo.StartAsync(Answer(Complete));
        var terminal = new TestTerminal(server: silo.Address);

        var exitCode = await RunAsync(terminal, "run", "-e", "import px", "--timeout", "5s");

        Assert.Equal(
            """
            Table: output (2 rows)
            req_path  latency
            --------  -------
            /a         1.5 ms
            /b           2 us


            """.ReplaceLineEndings("\n"),
            terminal.Out);
        Assert.Equal("", terminal.Error);
        Assert.Equal(0, exitCode);
        Assert.Equal(
            [
                "POST /api/v1/query application/json, application/x-ndjson; q=0.5 "
                + """{"query":"import px","timeoutMs":5000}""",
            ],
            silo.Requests);
    }

    [Fact]
    public async Task Run_AnswerOfAnotherProgram_SaysSo()
    {
        await using var other = await RecordedSilo.StartAsync("<html>It works!</html>");
        var terminal = new TestTerminal(server: other.Address);

        var exitCode = await RunAsync(terminal, "run", "-e", "import px");

        Assert.StartsWith("What answers there is no silo", terminal.Error, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
    }

    [Theory]
    [InlineData(false, "incomplete: 12 events lost in ring on node-a; 3 rows expired on node-a; "
        + "node-b did not answer (deadline)\n")]
    [InlineData(true, "")]
    public async Task Run_IncompleteAnswer_SaysWhatIsMissing(bool quiet, string expected)
    {
        await using var silo = await RecordedSilo.StartAsync(Answer(Incomplete));
        var terminal = new TestTerminal(server: silo.Address, input: "import px");

        var exitCode = await RunAsync(terminal, [.. (string[])["run", "-f", "-"], .. quiet ? (string[])["-q"] : []]);

        Assert.Equal(expected, terminal.Error);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Run_MoreRowsThanTheLimit_SaysSo()
    {
        await using var silo = await RecordedSilo.StartAsync(Answer(Complete, limit: "true"));
        var terminal = new TestTerminal(server: silo.Address);

        await RunAsync(terminal, "run", "-e", "x");

        Assert.StartsWith("there are more rows than the limit", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CompileError_ShowsLineAndCaret()
    {
        const string Problem = """
            {"title":"Script Compilation Failed","status":400,"errors":[{"line":2,"column":13,"code":"PXL0203",
            "message":"Table 'nope' not found","sourceLine":"df = px.DataFrame('nope')"}]}
            """;
        await using var silo = await RecordedSilo.StartAsync(Problem, 400, "application/problem+json");
        var terminal = new TestTerminal(server: silo.Address);

        var exitCode = await RunAsync(terminal, "run", "-e", "x");

        Assert.Equal(
            """
            Script Compilation Failed:
              L2 : C13  Table 'nope' not found
                df = px.DataFrame('nope')
                            ^

            """.ReplaceLineEndings("\n"),
            terminal.Error);
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public async Task Run_Json_PassesTheLinesThrough()
    {
        const string Lines = "{\"_tableName_\":\"output\",\"a\":1}\n{\"_completeness_\":" + Complete + "}\n";
        await using var silo = await RecordedSilo.StartAsync(Lines, contentType: "application/x-ndjson");
        var terminal = new TestTerminal(server: silo.Address);

        var exitCode = await RunAsync(terminal, "run", "-e", "x", "-o", "json");

        Assert.Equal(Lines, terminal.Out);
        Assert.Equal(0, exitCode);
    }

    [Theory]
    [InlineData("{\"_tableName_\":\"output\",\"a\":1}\n", "the answer broke off")]
    [InlineData("{\"_error_\":{\"code\":\"failed\",\"message\":\"node gone\"}}\n", "node gone (failed)")]
    public async Task Run_JsonThatEndsEarly_Fails(string lines, string expected)
    {
        await using var silo = await RecordedSilo.StartAsync(lines, contentType: "application/x-ndjson");
        var terminal = new TestTerminal(server: silo.Address);

        var exitCode = await RunAsync(terminal, "run", "-e", "x", "-o", "json");

        Assert.Contains(expected, terminal.Error, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public async Task Run_Csv_ReportsWhatIsMissing()
    {
        await using var silo = await RecordedSilo.StartAsync(
            "a,b\r\n1,2\r\n", contentType: "text/csv", header: ("Pxo-Completeness", Incomplete.ReplaceLineEndings("")));
        var terminal = new TestTerminal(server: silo.Address);

        var exitCode = await RunAsync(terminal, "run", "-e", "x", "-o", "csv");

        Assert.Equal("a,b\r\n1,2\r\n", terminal.Out);
        Assert.StartsWith("incomplete: 12 events lost in ring on node-a", terminal.Error, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Run_NoSilo_SaysHowToStartOne()
    {
        var terminal = new TestTerminal(server: "127.0.0.1:1");

        var exitCode = await RunAsync(terminal, "run", "-e", "x");

        Assert.Contains("No silo answers at http://127.0.0.1:1", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("./run", terminal.Error, StringComparison.Ordinal);
        Assert.Equal(3, exitCode);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run -f /does/not/exist.pxl")]
    [InlineData("run -e x -f y")]
    [InlineData("run -e x -o yaml")]
    [InlineData("run -e x --timeout never")]
    [InlineData("run -e x --server ftp://h")]
    [InlineData("runn")]
    [InlineData("tables a b")]
    public async Task Run_WrongUsage_Returns2(string commandLine)
    {
        var terminal = new TestTerminal();

        var exitCode = await RunAsync(terminal, commandLine.Split(' '));

        Assert.NotEqual("", terminal.Error);
        Assert.Equal(2, exitCode);
    }

    [Theory]
    [InlineData("--help", "pxo run -f examples/http.pxl")]
    [InlineData("run --help", "--timeout")]
    [InlineData("version", "pxo 0.")]
    public async Task Run_Help_GoesToOut(string commandLine, string expected)
    {
        var terminal = new TestTerminal();

        var exitCode = await RunAsync(terminal, commandLine.Split(' '));

        Assert.Contains(expected, terminal.Out, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
    }

    private static Task<int> RunAsync(TestTerminal terminal, params string[] arguments) =>
        PxoCommand.RunAsync(arguments, terminal.Terminal, TestContext.Current.CancellationToken);

    private static string Answer(string completeness, string limit = "false") =>
        $"{{\"queryId\":\"q\",\"tables\":[{Table}],\"completeness\":{completeness},"
        + $"\"statistics\":{{\"compileMs\":1,\"rowLimitReached\":{limit}}}}}";
}
