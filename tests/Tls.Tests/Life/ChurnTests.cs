using System.Globalization;
using PixieOrleans.Kernel.Tests.Tls;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Tls.Tests.Life;

/// <summary>Many short processes, and how long a new library is without probes. ./soak tls-churn runs them.</summary>
public sealed class ChurnTests
{
    private const string ProcessesVariable = "PXO_TLS_CHURN"; // number of short processes
    private const long MaxGrownBytes = 96 << 20; // resident: rows of 8,000 requests, no more of them than tables keep
    private const int MaxLivingEntries = 64; // of nginx, and what is under way
    private const int MaxStreams = 32_768; // the bounds of these maps: the least used go first
    private const int MaxRecords = 4096;
    private static readonly TimeSpan RowsDeadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ShortProcesses_OfAProbedLibrary_EachGiveTheirRowsAndLeaveNothing()
    {
        var processes = Wanted();
        using var certificate = new Certificate();
        await using var node = await Node.StartAsync(("ScopePids:0", $"{Environment.ProcessId}"));
        await using var server = await HttpServers.NginxAsync(Cancelled, certificate.PemFile);
        await node.WaitAsync(() => node.Tls.Any(t => t.ProcessId == server.ProcessId), "probes in nginx");

        await RunAsync(node, server, 0, processes / 5);
        var (probes, bytes) = (node.Runtime.GetStatus().TlsProbes, Environment.WorkingSet);
        await RunAsync(node, server, processes / 5, processes);

        var grown = Environment.WorkingSet - bytes;
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{processes} processes; {probes} probes, then {node.Runtime.GetStatus().TlsProbes}; "
            + $"{grown >> 20} MiB more resident after the last four fifths of them");
        Assert.Equal(probes, node.Runtime.GetStatus().TlsProbes);
        Assert.InRange(grown, long.MinValue, MaxGrownBytes);
        await node.WaitAsync(() => !node.Tls.Any(t => t.Name == "curl"), "ended processes are forgotten");
        await node.WaitAsync(() => Entries(node, "processes") <= MaxLivingEntries, "ended processes leave the maps");
        await node.WaitAsync(() => Entries(node, "calls") <= MaxLivingEntries, "ended threads leave the maps");
        Assert.InRange(Entries(node, "written"), 0, MaxRecords);
        Assert.InRange(Entries(node, "streams"), 0, MaxStreams);
    }

    /// <summary>Told, not judged: the machine may be busy with other things.</summary>
    [Fact]
    public async Task Library_ThatComesIntoUse_HasItsProbesAfterAShortDelay()
    {
        const int Libraries = 30;
        Wanted();
        await using var node = await Node.StartAsync();
        var delays = new List<long>();
        for (var i = 0; i < Libraries; i++)
        {
            using var copies = new LibraryCopies();
            await using var process = ChildProcess.Start(
                copies.Launcher[0],
                [copies.Launcher[1], Programs.Require("python3", "python3"), "-c", "import ssl, sys; sys.stdin.read()"],
                withInput: true);
            await node.WaitAsync(() => node.Tls.Any(t => t.ProcessId == process.Id), "probes in the copy");
            delays.Add(node.Tls.First(t => t.ProcessId == process.Id).AttachMs);
        }

        delays.Sort();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"from the news of a new library to its probes, ms, of {Libraries}: least {delays[0]}, "
            + $"p50 {delays[Libraries / 2]}, p95 {delays[Libraries * 95 / 100]}, most {delays[^1]}");
    }

    private static int Wanted()
    {
        Programs.RequireRoot();
        return int.TryParse(
            Environment.GetEnvironmentVariable(ProcessesVariable), CultureInfo.InvariantCulture, out var processes)
            ? processes
            : throw Programs.Skip($"takes minutes: ./soak tls-churn, or {ProcessesVariable}=5000");
    }

    private static int Entries(Node node, string map) =>
        node.Runtime.GetStatus().TlsEntries.GetValueOrDefault($"pxo_tls_{map}", int.MaxValue);

    private static async Task RunAsync(Node node, HttpServer server, int first, int end)
    {
        var command = $"seq {first} {end - 1} | xargs -P 4 -I N curl -sk -o /dev/null {server.Address}N";
        await ChildProcess.RunAsync(Programs.Require("sh", "dash"), ["-c", command], Cancelled);
        foreach (var role in new[] { 1, 2 })
        {
            await Poll.UntilAsync(
                () => Task.FromResult(node.Requests(server.Port, role).Count >= end),
                RowsDeadline,
                () => $"{end} rows of role {role}, there are {node.Requests(server.Port, role).Count}",
                Cancelled);
            Assert.Equal(
                Enumerable.Range(0, end).Select(i => $"200 /{i}").Order(StringComparer.Ordinal),
                node.Requests(server.Port, role).Order(StringComparer.Ordinal));
        }
    }
}
