using PixieOrleans.Cli.Tests.Server;

namespace PixieOrleans.Cli.Tests.Status;

public sealed class StatusCommandTests
{
    private const string Answer = """
        {"nodes":[{"node":"node-a","sources":[{"name":"socket_tracer","state":"running","error":null,"rows":12}],
        "losses":[{"cause":"ring_full","total":0,"perCpu":[0,0]},{"cause":"map_full","total":3,"perCpu":[1,2]}],
        "tables":[],"residentBytes":104857600,
        "tls":[{"pid":42,"process":"nginx","state":"attached"},{"pid":43,"process":"java","state":"unknown"}]}]}
        """;

    [Fact]
    public async Task Status_Table_ShowsSectionsAndRealLossesOnly()
    {
        await using var silo = await RecordedSilo.StartAsync(Answer);
        var terminal = new TestTerminal(server: silo.Address);

        var exitCode = await PxoCommand.RunAsync(
            ["status"], terminal.Terminal, TestContext.Current.CancellationToken);

        Assert.Equal(
            """
            Node: node-a

            sources:
            name           state    rows
            -------------  -------  ----
            socket_tracer  running    12

            losses:
            cause     total  perCpu
            --------  -----  ------
            map_full      3  1 2

            tables: none
            residentBytes: 100.0 MiB


            """.ReplaceLineEndings("\n"),
            terminal.Out);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Status_Tls_ShowsTheProcessesThatUseIt()
    {
        await using var silo = await RecordedSilo.StartAsync(Answer);
        var terminal = new TestTerminal(server: silo.Address);

        var exitCode = await PxoCommand.RunAsync(
            ["status", "--tls"], terminal.Terminal, TestContext.Current.CancellationToken);

        Assert.Equal(
            """
            Node: node-a

            tls:
            pid  process  state
            ---  -------  --------
             42  nginx    attached
             43  java     unknown


            """.ReplaceLineEndings("\n"),
            terminal.Out);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Tables_OfOneName_ShowsItsColumns()
    {
        await using var silo = await RecordedSilo.StartAsync(
            """
            {"tables":[{"name":"http_events","description":"Requests","columns":[
            {"name":"time_","type":"TIME64NS","semanticType":"ST_NONE","description":"When."}]}]}
            """);
        var terminal = new TestTerminal(server: silo.Address);

        var exitCode = await PxoCommand.RunAsync(
            ["tables", "http_events"], terminal.Terminal, TestContext.Current.CancellationToken);

        Assert.Equal(
            """
            name   type      semanticType  description
            -----  --------  ------------  -----------
            time_  TIME64NS  ST_NONE       When.

            """.ReplaceLineEndings("\n"),
            terminal.Out);
        Assert.Equal(0, exitCode);
    }
}
