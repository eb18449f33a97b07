using PixieOrleans.TestKit;

namespace PixieOrleans.Cli.Tests.Replays;

public sealed class ReplayCommandTests
{
    private readonly TestTerminal _terminal = new();

    [Fact]
    public async Task Replay_WithoutScript_SaysWhatTheCaptureHolds()
    {
        Assert.Equal(ExitCodes.Ok, await RunAsync("replay", Capture("http.pcap")));

        Assert.Contains("Table: protocols (1 row)", _terminal.Out, StringComparison.Ordinal);
        Assert.Contains("http_events     9", _terminal.Out, StringComparison.Ordinal);
        Assert.Equal("", _terminal.Error);
    }

    [Theory]
    [InlineData("csv", "req_path,resp_status\r\n/missing,404\r\n")]
    [InlineData("json", "{\"_tableName_\":\"output\",\"req_path\":\"/missing\",\"resp_status\":404}\n")]
    public async Task Replay_OfAScript_PrintsItsRows(string format, string expected)
    {
        const string Script = """
            import px
            df = px.DataFrame('http_events')
            px.display(df[df.resp_status >= 400][['req_path', 'resp_status']])
            """;

        Assert.Equal(ExitCodes.Ok, await RunAsync("replay", Capture("http.pcap"), "-e", Script, "-o", format));

        Assert.Equal(expected, _terminal.Out);
    }

    [Fact]
    public async Task Replay_OfALibraryScript_RunsItWithItsArguments()
    {
        var code = await RunAsync(
            "replay", Capture("dns.pcap"), "px/dns_query_summary", "-o", "csv", "--", "--start_time=-1h");

        Assert.Equal((ExitCodes.Ok, ""), (code, _terminal.Error));
        Assert.NotEqual("", _terminal.Out);
    }

    [Fact]
    public async Task Replay_OfAScriptThatKeepsOnlyPods_NamesThemByAddress()
    {
        var code = await RunAsync("replay", Capture("http.pcap"), "px/http_data", "--", "--start_time=-1h");

        Assert.Equal((ExitCodes.Ok, ""), (code, _terminal.Error));
        Assert.Contains("capture/127.0.0.1", _terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_OfACutFile_AnswersAndSaysWhereItIsCut()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(
                file, File.ReadAllBytes(Capture("http.pcap"))[..20_000], TestContext.Current.CancellationToken);

            Assert.Equal(ExitCodes.Ok, await RunAsync("replay", file, "-o", "json"));
        }
        finally
        {
            File.Delete(file);
        }

        Assert.StartsWith(
            "incomplete: the file is cut within the record at byte", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_OfAnotherFile_Fails()
    {
        Assert.Equal(ExitCodes.Failed, await RunAsync("replay", Capture("record.sh")));

        Assert.Contains("cannot be read: it is no capture", _terminal.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no such file", "/nowhere/a.pcap")]
    [InlineData("there is no script 'px/nothing'", null, "px/nothing")]
    [InlineData("is not the name of a script", null, "../http")]
    public async Task Replay_WithWrongArguments_IsWrongUsage(string message, string? file, string? script = null)
    {
        string[] scripts = script is null ? [] : [script];

        var code = await RunAsync(["replay", file ?? Capture("http.pcap"), .. scripts]);

        Assert.Equal(ExitCodes.Usage, code);
        Assert.Contains(message, _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_OfAScriptThatDoesNotCompile_ShowsThePlace()
    {
        const string Script = "import px\npx.display(px.DataFrame('nothing'))";

        var code = await RunAsync("replay", Capture("http.pcap"), "-e", Script);

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("L2 : C", _terminal.Error, StringComparison.Ordinal);
    }

    private static string Capture(string name) => SourceTree.Find($"tests/Replay.Tests/Captures/{name}")!;

    private Task<int> RunAsync(params string[] arguments) =>
        PxoCommand.RunAsync(arguments, _terminal.Terminal, TestContext.Current.CancellationToken);
}
