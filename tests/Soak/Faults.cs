using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Soak;

/// <summary>The silo is killed under load: the server does not notice, the next silo sees its connections.</summary>
internal static class Faults
{
    private const int Rate = 2000; // requests per second
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        await using var server = await HttpServers.NginxAsync(cancellationToken);
        Task<LoadResult> load;
        await using (var first = await SiloProcess.StartAsync([], cancellationToken))
        {
            load = PacedLoad.RunAsync(server.Address, Rate, 16, Duration, cancellationToken);
            await new HttpEvents(first.Client).WaitAsync(server, Rate, cancellationToken);
            await first.Process.KillAsync(cancellationToken);
        }

        await using var second = await SiloProcess.StartAsync([], cancellationToken);
        var (rows, answer) = await new HttpEvents(second.Client).WaitAsync(server, Rate, cancellationToken);
        var result = await load;
        figures.Exactly("faults: failed requests while the silo was killed", result.Errors, 0, "requests");
        figures.Exactly("faults: requests answered", result.Requests, Rate * Duration.TotalSeconds, "requests");
        figures.Print("faults: p99 over the kill and the restart", result.P99.TotalMilliseconds, "ms");
        figures.Print("faults: rows of older connections at the second silo", rows.Count, "rows");
        figures.Exactly("faults: events lost at the second silo", answer.LostEvents, 0, "events");
    }
}
