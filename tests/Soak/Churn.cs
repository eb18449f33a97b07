using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Soak;

/// <summary>10,000 short processes and 100,000 connections: every request is a row, memory stays flat.</summary>
internal static class Churn
{
    private const int Processes = 10_000;
    private const int Connections = 100_000;
    private const int WarmUpShare = 10; // a tenth first, so that pools and heaps have their size
    private const int Lanes = 8;
    private const int MaxGrowthMiB = 48; // heap noise of a garbage-collected process

    public static async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        await using var silo = await SiloProcess.StartAsync([], cancellationToken);
        await using var server = await HttpServers.NginxAsync(cancellationToken);
        await LoadAsync(server, Processes / WarmUpShare, Connections / WarmUpShare, cancellationToken);
        var before = await SiloState.ReadAsync(silo, cancellationToken);

        await LoadAsync(server, Processes, Connections, cancellationToken);

        var expected = (Processes + Connections) * (WarmUpShare + 1) / WarmUpShare;
        var log = await server.Log.WaitAsync(expected, cancellationToken);
        var events = new HttpEvents(silo.Client);
        var (rows, answer) = await events.WaitAsync(server, expected, cancellationToken);
        var after = await SiloState.ReadAsync(silo, cancellationToken);
        figures.Exactly("churn: rows for the requests that nginx logged", rows.Count, log.Count, "rows");
        figures.Exactly("churn: events lost", answer.LostEvents, 0, "events");
        figures.Print("churn: resident before", before.ResidentBytes >> 20, "MiB");
        figures.Print("churn: resident after", after.ResidentBytes >> 20, "MiB");
        figures.AtMost(
            "churn: growth apart from rows", (after.OtherBytes - before.OtherBytes) >> 20, MaxGrowthMiB, "MiB");
        figures.AtMost("churn: connections still followed", after.Connections, before.Connections + 100, "connections");
    }

    private static async Task LoadAsync(
        HttpServer server, int processes, int connections, CancellationToken cancellationToken)
    {
        var curl = Programs.Require("curl", "curl");
        var lanes = Enumerable.Range(0, Lanes).Select(async lane =>
        {
            for (var i = lane; i < processes; i += Lanes)
            {
                await ChildProcess.RunAsync(curl, ["-s", $"{server.Address}process?r={i}"], cancellationToken);
            }
        });
        await Task.WhenAll(lanes);
        await ShortConnections.RunAsync(server.Port, "/connection", connections, Lanes, cancellationToken);
    }
}
