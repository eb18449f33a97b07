using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Bench.Live;

/// <summary>
/// nginx with TLS under load: untraced, with a silo that sees handshakes only, and with one that sees through TLS. Per
/// request nginx makes three SSL calls: one that reads the request, one that finds nothing more, one that writes.
/// </summary>
internal static class TlsLiveBench
{
    private const int Connections = 16;
    private const int Rounds = 3;
    private const int Calls = 3; // of the TLS library per request
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    /// <summary>As many requests as server and generator can do.</summary>
    public static async Task<IReadOnlyList<Figure>> ClosedLoopAsync(CancellationToken cancellationToken)
    {
        using var certificate = new Certificate();
        var (plain, handshakes, traced) = (new List<LoadRun>(), new List<LoadRun>(), new List<LoadRun>());
        for (var round = 0; round < Rounds; round++)
        {
            plain.Add(await RunAsync(null));
            handshakes.Add(await WithSiloAsync("--NodeProbe:Tls=false"));
            traced.Add(await WithSiloAsync("--NodeProbe:Tls=true"));
        }

        var requests = traced.Sum(run => run.Load.Requests);
        var added = Median(traced, run => run.ServerUs) - Median(handshakes, run => run.ServerUs);
        return
        [
            new("TLS closed loop: requests per second, not traced", Median(plain, run => run.Load.Rate), "1/s"),
            new("TLS closed loop: requests per second, traced", Median(traced, run => run.Load.Rate), "1/s"),
            new("TLS closed loop: server CPU per request, not traced", Median(plain, run => run.ServerUs), "µs"),
            new("TLS closed loop: server CPU per request, handshakes only",
                Median(handshakes, run => run.ServerUs), "µs"),
            new("TLS closed loop: server CPU added per request by seeing through", added, "µs"),
            new("TLS closed loop: server CPU added per SSL call", added / Calls, "µs", "<= 3"),
            new("TLS closed loop: agent CPU per request, kernel to row", Median(traced, run => run.AgentUs), "µs"),
            new("TLS closed loop: requests without a row, share",
                100.0 * traced.Sum(run => Math.Max(0, run.Load.Requests - run.Rows)) / requests, "%", "0"),
            new("TLS closed loop: events that the silo reports lost", traced.Sum(run => run.LostEvents), "", "0"),
        ];

        async Task<LoadRun> WithSiloAsync(string setting)
        {
            await using var silo = await SiloProcess.StartAsync([setting], cancellationToken);
            return await RunAsync(silo);
        }

        Task<LoadRun> RunAsync(SiloProcess? silo) => LoadRun.RunAsync(
            silo,
            address => Wrk.RunAsync(address, Connections, Duration, cancellationToken),
            cancellationToken,
            certificate.PemFile);
    }

    private static double Median(IEnumerable<LoadRun> runs, Func<LoadRun, double> figure) =>
        runs.Select(figure).Order().ElementAt(Rounds / 2);
}
