using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Bench.Live;

/// <summary>
/// nginx under load with and without a silo: what tracing costs the server and the node, and what is lost.
/// </summary>
internal static class HttpLiveBench
{
    private const int Connections = 16;
    private const int PacedRate = 9000;
    private const int Rounds = 3;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(8);

    /// <summary>Timetable of 9,000 requests per second.</summary>
    public static Task<IReadOnlyList<Figure>> PacedAsync(CancellationToken cancellationToken) => RunAsync(
        $"{PacedRate} req/s",
        address => PacedLoad.RunAsync(address, PacedRate, Connections, Duration, cancellationToken),
        cancellationToken);

    /// <summary>As many requests as server and generator can do.</summary>
    public static Task<IReadOnlyList<Figure>> ClosedLoopAsync(CancellationToken cancellationToken) => RunAsync(
        "closed loop",
        address => Wrk.RunAsync(address, Connections, Duration, cancellationToken),
        cancellationToken);

    /// <summary>Rounds of base and traced in turn; medians of both.</summary>
    private static async Task<IReadOnlyList<Figure>> RunAsync(
        string load, Func<Uri, Task<LoadResult>> drive, CancellationToken cancellationToken)
    {
        var (plain, traced) = (new List<LoadRun>(), new List<LoadRun>());
        for (var round = 0; round < Rounds; round++)
        {
            plain.Add(await LoadRun.RunAsync(null, drive, cancellationToken));
            await using var silo = await SiloProcess.StartAsync([], cancellationToken);
            traced.Add(await LoadRun.RunAsync(silo, drive, cancellationToken));
        }

        var requests = traced.Sum(run => run.Load.Requests);
        return
        [
            new($"HTTP {load}: requests per second, not traced", Median(plain, run => run.Load.Rate), "1/s"),
            new($"HTTP {load}: requests per second, traced", Median(traced, run => run.Load.Rate), "1/s"),
            new($"HTTP {load}: server CPU per request, not traced", Median(plain, run => run.ServerUs), "µs"),
            new($"HTTP {load}: server CPU added per request",
                Median(traced, run => run.ServerUs) - Median(plain, run => run.ServerUs), "µs", "<= 3"),
            new($"HTTP {load}: agent CPU per request, kernel to row", Median(traced, run => run.AgentUs), "µs", "<= 4"),
            new($"HTTP {load}: requests without a row, share",
                100.0 * traced.Sum(run => Math.Max(0, run.Load.Requests - run.Rows)) / requests, "%", "0"),
            new($"HTTP {load}: events that the silo reports lost", traced.Sum(run => run.LostEvents), "", "0"),
            new($"HTTP {load}: p99 latency, not traced", Median(plain, run => run.Load.P99.TotalMicroseconds), "µs"),
            new($"HTTP {load}: p99 latency, traced", Median(traced, run => run.Load.P99.TotalMicroseconds), "µs"),
        ];
    }

    private static double Median(IEnumerable<LoadRun> runs, Func<LoadRun, double> figure) =>
        runs.Select(figure).Order().ElementAt(Rounds / 2);
}
