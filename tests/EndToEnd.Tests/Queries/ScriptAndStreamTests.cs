using System.Globalization;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.EndToEnd.Tests.Queries;

/// <summary>Scripts by name and streams, from the command line to the probes.</summary>
[Collection(SiloCollection.Name)]
public sealed class ScriptAndStreamTests(SiloFixture fixture)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string[] Server => ["--server", $"{fixture.Silo.Client.Address}"];

    [Fact]
    public async Task PxoRun_OfALibraryScript_ShowsARequest()
    {
        await using var server = await HttpServers.NginxAsync(Cancel);
        using var client = new HttpClient { BaseAddress = server.Address };
        var path = $"/library-{server.Port}";
        // The script shows the oldest thousand requests, and other tests send many: none from before this one.
        var start = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd HH:mm:ss.fff '+0000'", CultureInfo.InvariantCulture);
        string[] run = ["run", "px/http_data", .. Server, "-o", "json", "--", $"--start_time={start}"];

        await client.GetAsync(path, Cancel);
        var output = "";
        await Poll.UntilAsync(
            async () =>
            {
                output = await ChildProcess.RunAsync(Programs.RequireBuilt("PixieOrleans.Cli", "pxo"), run, Cancel);
                return output.Contains(path, StringComparison.Ordinal); // once the server's process has a name
            },
            Deadline,
            () => $"the script shows {path}; output: {output}",
            Cancel);

        Assert.Contains("\"_tableName_\":\"http_data\"", output, StringComparison.Ordinal);
        Assert.Contains("{\"_completeness_\":", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PxoRun_OfAStream_PrintsRequestsAsTheyComeAndEndsWhenTold()
    {
        await using var server = await HttpServers.NginxAsync(Cancel);
        using var client = new HttpClient { BaseAddress = server.Address };
        var script = $"""
            import px
            df = px.DataFrame('http_events', start_time='-1m')
            df = df[df.local_port == {server.Port}]
            px.display(df[['time_', 'req_path', 'latency']].stream(), 'live')
            """;
        await using var run = ChildProcess.Start(
            Programs.RequireBuilt("PixieOrleans.Cli", "pxo"), ["run", "-e", script, .. Server]);

        foreach (var request in (string[])["/first", "/second"])
        {
            await client.GetAsync(request, Cancel);
            await Poll.UntilAsync(
                () => Task.FromResult(run.Output.Contains(request, StringComparison.Ordinal)),
                Deadline,
                () => $"{request} is printed; output: {run.Output}",
                Cancel);
        }

        Assert.False(run.HasExited);
        Assert.Equal(130, await run.StopAsync(Cancel));
    }

    [Fact]
    public async Task PxoRun_WithoutARequiredArgument_IsWrongUsage()
    {
        await using var run = ChildProcess.Start(
            Programs.RequireBuilt("PixieOrleans.Cli", "pxo"), ["run", "px/pod", .. Server]);

        await run.WaitForExitAsync(Cancel);

        Assert.Equal("missing required argument : 'pod'", run.Output);
        Assert.Equal(2, run.ExitCode);
    }
}
