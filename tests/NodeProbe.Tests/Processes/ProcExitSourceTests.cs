using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.NodeProbe.Tests.Sources;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Processes;

public sealed class ProcExitSourceTests
{
    // 500 processes with an exit code, 500 that a signal ends; each line tells one: pid, code or -signal.
    private const string Script =
        """
        import os, signal
        signals = [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGUSR1]
        for i in range(1000):
            pid = os.fork()
            if pid == 0:
                if i % 2 == 0: os._exit(i % 256)
                s = signals[i // 2 % 4]
                signal.signal(s, signal.SIG_DFL) if s != signal.SIGKILL else None
                os.kill(os.getpid(), s); signal.pause()
            _, status = os.waitpid(pid, 0)
            print(pid, os.waitstatus_to_exitcode(status), flush=True)
        """;

    [Fact]
    public async Task Rows_OfAThousandProcesses_HaveTheirCodesAndSignals()
    {
        Programs.RequireRoot();
        using var fixture = new SourceFixture();
        using var source = new ProcExitSource(fixture.Context);
        source.Start();
        var startNs = fixture.Clock.NowNs;

        var output = await ChildProcess.RunAsync(
            Programs.Require("python3", "python3"), ["-c", Script], TestContext.Current.CancellationToken);
        source.Tick(fixture.Clock.NowNs);

        var rows = fixture.Read("proc_exit_events", "upid", "exit_code", "signal", "comm", "time_")
            .Select(line => line.Split(' '))
            .GroupBy(cells => cells[0].Split(':')[1])
            .ToDictionary(group => group.Key, group => group.ToArray());
        var children = output.Split('\n').Select(line => line.Split(' ')).ToList(); // the last 500 lines are kept
        Assert.Equal(500, children.Count);
        foreach (var child in children)
        {
            var row = Assert.Single(rows[child[0]]);
            var result = int.Parse(child[1], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(($"{Math.Max(0, result)}", $"{Math.Max(0, -result)}", "python3"), (row[1], row[2], row[3]));
            Assert.InRange(
                long.Parse(row[4], System.Globalization.CultureInfo.InvariantCulture), startNs, fixture.Clock.NowNs);
        }

        Assert.True(rows.Values.Count(g => g[0][3] == "python3") >= 1001);
        Assert.Equal(0, source.Losses);
    }
}
