using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Databases;

namespace PixieOrleans.Kernel.Tests.Profiles;

/// <summary>
/// Servers as Debian packs them, under load: stacks from the root, and what runs most is what perf tells. Long: runs
/// with PXO_REAL_PROGRAMS=1, as by ./soak profiler.
/// </summary>
public sealed class RealProgramsTests : IDisposable
{
    private const int Samples = 3000;
    private const int Compared = 5; // functions
    private const double MostDifference = 0.03;
    private const string Unknown = "[unknown]";
    private const string Interpreter = "_PyEval_EvalFrameDefault"; // Python's own functions stand in its place

    private readonly TempFolder _folder = new();

    public RealProgramsTests()
    {
        Programs.RequireRoot();
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("PXO_REAL_PROGRAMS") == "1", "takes minutes: ./soak profiler runs it");
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Texts_Nginx_AreAsPerfTells()
    {
        await using var server = await HttpServers.NginxAsync(Cancelled);
        await using var load = ChildProcess.Start(
            Programs.Require("wrk", "wrk"), ["-t1", "-c8", "-d600s", server.Address.ToString()]);

        await CompareAsync(ChildrenOf(server.ProcessId).First());
    }

    [Fact]
    public async Task Texts_Postgres_AreAsPerfTells()
    {
        await using var server = await PostgresServer.StartAsync(Cancelled);
        var connection = server.Connection("bench");
        var bench = Programs.Require("pgbench", "postgresql-15");
        await ChildProcess.RunAsync(bench, ["-i", "-q", "-s", "1", connection], Cancelled);
        await using var load = ChildProcess.Start(bench, ["-n", "-c1", "-T600", "-P1", connection]);
        await Poll.UntilAsync( // its first connection only asks
            () => Task.FromResult(load.Output.Contains("progress:", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(60),
            () => load.Output,
            Cancelled);

        await CompareAsync(ChildrenOf(server.ProcessId).Single(IsBackend));

        static bool IsBackend(int id) => File.ReadAllText($"/proc/{id}/cmdline").Contains("127.0.0.1(");
    }

    [Fact]
    public async Task Texts_Redis_AreAsPerfTells()
    {
        var redis = Programs.Require("redis-server", "redis-server");
        await using var server = await ServerProcess.StartAsync(
            (port, folder) => Task.FromResult<(string, string[])>(
                (redis, ["--bind", "127.0.0.1", "--port", $"{port}", "--save", "", "--dir", folder.Path])),
            ready: null,
            Cancelled);
        await using var load = ChildProcess.Start(
            Programs.Require("redis-benchmark", "redis-tools"),
            ["-p", $"{server.Port}", "-q", "-c", "8", "-P", "8", "-l", "-t", "set,get,lpush,lrange_100,zadd"]);

        await CompareAsync(server.Process.Id);
    }

    [Fact]
    public async Task Texts_Python_AreAsPerfTells()
    {
        const string Work = """
            import json, re, hashlib
            rows = [{"id": i, "name": "row %d" % i, "tags": ["a", "b", "c"]} for i in range(200)]
            words = re.compile(r"[a-z]+ \d+")
            while True:
                text = json.dumps(rows, indent=1)
                assert len(json.loads(text)) == len(words.findall(text))
                hashlib.sha256(text.encode()).hexdigest()
                sorted(rows, key=lambda row: row["name"])
            """;
        await using var program = ChildProcess.Start(
            Programs.Require("python3", "python3"), [_folder.Write("work.py", Work)]);

        await CompareAsync(program.Id);
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<int> ChildrenOf(int processId) =>
        File.ReadAllText($"/proc/{processId}/task/{processId}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);

    private async Task CompareAsync(int processId)
    {
        using var samples = new ProcessSamples(processId);
        var recording = new PerfRecording(_folder, processId);
        await samples.TakeAsync(100);
        await recording.TakeAsync(samples, Samples);
        var (own, perf) = (samples.Texts, await recording.ReadAsync());

        var whole = own.Share(text => text.StartsWith("_start;", StringComparison.Ordinal));
        TestContext.Current.SendDiagnosticMessage($"{whole:P1} of {own.Count} from the root; perf has {perf.Count}");
        var ours = own.ShareBy(SampleTexts.Innermost).ToDictionary(part => part.Part, part => part.Share);
        var most = perf.ShareBy(SampleTexts.Innermost)
            .Where(part => part.Part != Unknown && !part.Part.StartsWith(Interpreter, StringComparison.Ordinal))
            .Take(Compared).ToList();
        Assert.All(most, theirs =>
        {
            var share = ours.GetValueOrDefault(theirs.Part);
            var told = $"{theirs.Part}: {share:P1}, perf has {theirs.Share:P1}";
            TestContext.Current.SendDiagnosticMessage(told);
            Assert.True(Math.Abs(share - theirs.Share) <= MostDifference, $"{told}\n{own}");
        });
        Assert.True(whole >= 0.95, $"{whole:P1} from the root\n{own}");
    }
}
