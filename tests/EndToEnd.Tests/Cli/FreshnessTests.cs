using System.Diagnostics;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.EndToEnd.Tests.Cli;

/// <summary>The first minute of a user: a request, then the README's script.</summary>
[Collection(SiloCollection.Name)]
public sealed class FreshnessTests(SiloFixture fixture)
{
    // The script of the README, which is the first example.
    private static readonly string ExampleScript = Path.Combine(AppContext.BaseDirectory, "examples", "http.pxl");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PxoRun_OfTheReadmesScript_ShowsACurlWithinOneSecond()
    {
        // A silo of its own: the rows that other tests made would fill the 10,000 rows of an answer.
        await using var silo = await SiloProcess.StartAsync([], Cancel);
        await using var server = await HttpServers.NginxAsync(Cancel);
        var curl = Programs.Require("curl", "curl");
        var pxo = Programs.RequireBuilt("PixieOrleans.Cli", "pxo");
        string[] run = ["run", "-f", ExampleScript, "--server", $"{silo.Client.Address}"];

        await ChildProcess.RunAsync(curl, ["-s", $"{server.Address}fresh-{server.Port}"], Cancel);
        var clock = Stopwatch.StartNew();
        var (asked, output) = (TimeSpan.Zero, "");
        while (!output.Contains($"/fresh-{server.Port}", StringComparison.Ordinal) && asked < TimeSpan.FromSeconds(1))
        {
            asked = clock.Elapsed; // what counts is when the query was sent, not how long the program took to start
            output = await ChildProcess.RunAsync(pxo, run, Cancel);
        }

        Assert.Contains($"/fresh-{server.Port}", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tables", "http_events")]
    [InlineData("nodes", "active")]
    [InlineData("status", "socket")]
    public async Task Pxo_OtherCommands_ShowTheSilosState(string command, string expected)
    {
        var pxo = Programs.RequireBuilt("PixieOrleans.Cli", "pxo");

        var output = await ChildProcess.RunAsync(pxo, [command, "--server", $"{fixture.Silo.Client.Address}"], Cancel);

        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PxoRun_OfAScriptWithAnError_PointsAtIt()
    {
        var pxo = Programs.RequireBuilt("PixieOrleans.Cli", "pxo");
        string[] arguments =
        [
            "run", "-e", "import px\npx.display(px.DataFrame('nope'))", "--server", $"{fixture.Silo.Client.Address}",
        ];

        await using var run = ChildProcess.Start(pxo, arguments);
        await run.WaitForExitAsync(Cancel);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("Script Compilation Failed:\n  L2 : C", run.Output, StringComparison.Ordinal);
    }
}
