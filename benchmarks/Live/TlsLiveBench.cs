using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Bench.Live;

/// <summary>
/// A server with TLS under load: untraced, with a silo that sees handshakes only, and with one that sees through TLS.
/// Only processes of the benchmark are looked at: what others on the machine lose is no loss of it.
/// </summary>
internal static class TlsLiveBench
{
    private const int Connections = 16;
    private const int Rounds = 3;
    private const int NginxCalls = 3; // of the library per request: reads the request, finds nothing more, writes
    private const int GoCalls = 2; // of probed functions per request: Read, Write
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    /// <summary>nginx, whose library makes the socket calls itself; as many requests as it can do.</summary>
    public static Task<IReadOnlyList<Figure>> NginxAsync(CancellationToken cancellationToken) => RunAsync(
        "TLS closed loop", pem => HttpServers.NginxAsync(cancellationToken, pem), cancellationToken, NginxCalls);

    /// <summary>Kestrel, whose library works on memory; as many requests as it can do.</summary>
    public static Task<IReadOnlyList<Figure>> KestrelAsync(CancellationToken cancellationToken) => RunAsync(
        "TLS of Kestrel", pem => HttpServers.KestrelAsync(cancellationToken, pem), cancellationToken);

    /// <summary>Go's net/http; as many requests as it can do.</summary>
    public static Task<IReadOnlyList<Figure>> GoAsync(CancellationToken cancellationToken) => RunAsync(
        "TLS of Go", pem => HttpServers.GoAsync(cancellationToken, pem), cancellationToken, GoCalls);

    private static async Task<IReadOnlyList<Figure>> RunAsync(
        string title, Func<string, Task<HttpServer>> start, CancellationToken cancellationToken, int calls = 0)
    {
        using var certificate = new Certificate();
        var rounds = await RunAsync(() => start(certificate.PemFile), cancellationToken);
        var figures = ToFigures(title, rounds);
        return calls == 0
            ? figures
            : [.. figures, new($"{title}: server CPU added per TLS call", rounds.AddedUs / calls, "µs", "<= 3")];
    }

    private static async Task<RunRounds> RunAsync(Func<Task<HttpServer>> start, CancellationToken cancellationToken)
    {
        var rounds = new RunRounds([], [], []);
        for (var round = 0; round < Rounds; round++)
        {
            rounds.Plain.Add(await DriveAsync(null));
            rounds.Handshakes.Add(await WithSiloAsync("--NodeProbe:Tls=false"));
            rounds.Traced.Add(await WithSiloAsync("--NodeProbe:Tls=true"));
        }

        return rounds;

        async Task<LoadRun> WithSiloAsync(string setting)
        {
            string[] settings = [setting, $"--NodeProbe:ScopePids:0={Environment.ProcessId}"];
            await using var silo = await SiloProcess.StartAsync(settings, cancellationToken);
            return await DriveAsync(silo);
        }

        Task<LoadRun> DriveAsync(SiloProcess? silo) => LoadRun.RunAsync(
            silo,
            start,
            address => Wrk.RunAsync(address, Connections, Duration, cancellationToken),
            cancellationToken);
    }

    private static List<Figure> ToFigures(string title, RunRounds rounds)
    {
        var (plain, handshakes, traced) = (rounds.Plain, rounds.Handshakes, rounds.Traced);
        var requests = traced.Sum(run => run.Load.Requests);
        var missing = traced.Sum(run => Math.Max(0, run.Load.Requests - run.Rows));
        var causes = traced.SelectMany(run => run.Losses).Where(loss => loss.Value > 0).GroupBy(loss => loss.Key);
        return
        [
            new($"{title}: requests per second, not traced", Median(plain, run => run.Load.Rate), "1/s"),
            new($"{title}: requests per second, traced", Median(traced, run => run.Load.Rate), "1/s"),
            new($"{title}: server CPU per request, not traced", Median(plain, run => run.ServerUs), "µs"),
            new($"{title}: server CPU per request, handshakes only", Median(handshakes, run => run.ServerUs), "µs"),
            new($"{title}: server CPU added per request by seeing through", rounds.AddedUs, "µs"),
            new($"{title}: agent CPU per request, kernel to row", Median(traced, run => run.AgentUs), "µs"),
            new($"{title}: requests without a row, share", 100.0 * missing / requests, "%", "0"),
            new($"{title}: events that the silo reports lost", traced.Sum(run => run.LostEvents), "", "0"),
            .. causes.Select(c => new Figure($"{title}: lost, {c.Key}", c.Sum(loss => loss.Value), "")),
        ];
    }

    private static double Median(IEnumerable<LoadRun> runs, Func<LoadRun, double> figure) =>
        runs.Select(figure).Order().ElementAt(Rounds / 2);

    /// <summary>Runs of the three kinds in turn.</summary>
    private sealed record RunRounds(List<LoadRun> Plain, List<LoadRun> Handshakes, List<LoadRun> Traced)
    {
        public double AddedUs => Median(Traced, run => run.ServerUs) - Median(Handshakes, run => run.ServerUs);
    }
}
