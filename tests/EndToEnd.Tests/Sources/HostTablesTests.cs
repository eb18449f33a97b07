using System.Globalization;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.EndToEnd.Tests.Sources;

/// <summary>Tables about the machine and its processes, from a running silo.</summary>
[Collection(SiloCollection.Name)]
public sealed class HostTablesTests(SiloFixture fixture)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ProcessStats_OfARunningProcess_HasItsMemoryAndCommandLine()
    {
        await using var child = ChildProcess.Start(
            Programs.Require("python3", "python3"),
            ["-c", "import signal; kept = bytearray(b'x') * (48 << 20); print('ready', flush=True); signal.pause()"]);
        var script =
            $"""
            import px
            df = px.DataFrame('process_stats', start_time='-20s')
            df = df[px.upid_to_pid(df.upid) == {child.Id}]
            df.cmdline = px.upid_to_cmdline(df.upid)
            df = df[df.cmdline != '']
            px.display(df[['rss_bytes', 'num_threads', 'cmdline']])
            """;

        var answer = await UntilAsync(script, a => a.Rows.Any(r => r["rss_bytes"].GetInt64() > 48 << 20));

        var row = answer.Rows.Last(r => r["rss_bytes"].GetInt64() > 48 << 20);
        Assert.InRange(row["rss_bytes"].GetInt64(), child.ResidentBytes - (4 << 20), child.ResidentBytes + (4 << 20));
        Assert.Equal(1, row["num_threads"].GetInt64());
        Assert.Contains("signal.pause()", row["cmdline"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProcExitEvents_OfAnEndedProcess_HasItsCode()
    {
        _ = fixture.Silo; // runs before the process does
        await using var child = ChildProcess.Start(Programs.Require("python3", "python3"), ["-c", "exit(42)"]);
        await child.WaitForExitAsync(Cancel);
        var script =
            $"""
            import px
            df = px.DataFrame('proc_exit_events', start_time='-1m')
            df = df[px.upid_to_pid(df.upid) == {child.Id}]
            px.display(df[['exit_code', 'signal', 'comm']])
            """;

        var answer = await UntilAsync(script, a => a.Rows.Count > 0);

        var row = Assert.Single(answer.Rows);
        Assert.Equal((42, 0), (row["exit_code"].GetInt64(), row["signal"].GetInt64()));
        Assert.Equal("python3", row["comm"].GetString());
    }

    [Theory]
    [InlineData("px/network_stats")]
    [InlineData("px/nodes")]
    [InlineData("px/namespaces")]
    [InlineData("px/pid_memory_usage")]
    [InlineData("px/pod_memory_usage")]
    [InlineData("px/pod_lifetime_resource")]
    [InlineData("px/service_resource_usage")]
    [InlineData("px/upids", "--namespace=host")]
    [InlineData("px/pods", "--namespace=host")]
    public async Task PxoRun_OfScriptsThatReadThem_ShowsRows(string script, params string[] arguments)
    {
        var pxo = Programs.RequireBuilt("PixieOrleans.Cli", "pxo");
        string[] run =
        [
            "run", script, "--max-rows", "20", "--server", $"{fixture.Silo.Client.Address}", "--", .. arguments,
        ];

        var output = "";
        await Poll.UntilAsync(
            async () =>
            {
                output = await ChildProcess.RunAsync(pxo, run, Cancel);
                return Tables(output).Any(rows => rows > 0);
            },
            Deadline,
            () => $"{script} shows rows: {output}",
            Cancel);
    }

    [Fact]
    public async Task Status_OfTheSources_TellsWhatEachCosts()
    {
        var status = await fixture.Silo.Client.GetAsync("/api/v1/status", Cancel);

        var sources = status.GetProperty("nodes")[0].GetProperty("sources").EnumerateArray()
            .ToDictionary(s => s.GetProperty("name").GetString()!, s => s);
        foreach (var name in new[] { "proc_exit_tracer", "process_stats", "network_stats", "proc_stat", "jvm_stats" })
        {
            Assert.Equal("running", sources[name].GetProperty("state").GetString());
            Assert.True(sources[name].GetProperty("periodMs").GetDouble() >= 100);
            Assert.True(sources[name].GetProperty("cpuMs").GetDouble() > 0);
        }

        Assert.Equal("disabled", sources["tcp_stats"].GetProperty("state").GetString());
    }

    // "Table: NAME (N rows)"
    private static IEnumerable<int> Tables(string output) => output.Split('\n')
        .Where(line => line.StartsWith("Table: ", StringComparison.Ordinal))
        .Select(line => line[(line.LastIndexOf('(') + 1)..].Split(' ')[0])
        .Select(count => int.Parse(count, CultureInfo.InvariantCulture));

    private async Task<Answer> UntilAsync(string script, Func<Answer, bool> holds)
    {
        Answer? answer = null;
        await Poll.UntilAsync(
            async () => holds(answer = await fixture.Silo.Client.QueryAsync(script, Cancel)),
            Deadline,
            () => $"rows; the last answer: {answer?.Root}",
            Cancel);
        return answer!;
    }
}
