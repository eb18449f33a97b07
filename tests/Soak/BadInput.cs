using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Soak;

/// <summary>A minute of malformed traffic beside a steady load: the load's rows are complete, memory bounded.</summary>
internal static class BadInput
{
    private const int Rate = 500; // requests per second of the steady load
    private const int Lanes = 4;
    private const int MaxGrowthMiB = 96; // sessions may hold 64 MiB (NodeProbe:MaxSessionBytes)
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        await using var silo = await SiloProcess.StartAsync([], cancellationToken);
        await using var server = await HttpServers.NginxAsync(cancellationToken);
        await PacedLoad.RunAsync(server.Address, Rate, 8, TimeSpan.FromSeconds(5), cancellationToken);
        var before = await SiloState.ReadAsync(silo, cancellationToken);

        var flood = Enumerable.Range(0, Lanes)
            .Select(lane => FloodAsync(server.Port, lane, cancellationToken)).ToArray();
        var good = new Uri(server.Address, "/good");
        var load = await PacedLoad.RunAsync(good, Rate, 8, Duration, cancellationToken);
        var bad = (await Task.WhenAll(flood)).Sum();

        var log = (await server.Log.WaitAsync((int)load.Requests, cancellationToken)).Count(line => IsGood(line.Path));
        var (rows, answer) = await new HttpEvents(silo.Client).WaitAsync(server, log, cancellationToken);
        var after = await SiloState.ReadAsync(silo, cancellationToken);
        figures.Print("bad input: malformed connections", bad, "connections");
        figures.Print("bad input: events that became no rows", answer.LostEvents, "events");
        figures.Exactly("bad input: rows of the steady load", rows.Count(row => IsGood(row.Path)), log, "rows");
        figures.AtMost(
            "bad input: growth apart from rows", (after.OtherBytes - before.OtherBytes) >> 20, MaxGrowthMiB, "MiB");
    }

    private static bool IsGood(string path) => path.StartsWith("/good", StringComparison.Ordinal);

    /// <summary>Sends mutations of a request, one per connection, until the time is over.</summary>
    private static async Task<int> FloodAsync(int port, int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var watch = Stopwatch.StartNew();
        var sent = 0;
        while (watch.Elapsed < Duration)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.LingerState = new LingerOption(random.Next(2) == 0, 0);
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            await socket.SendAsync(Mutate(random), cancellationToken);
            sent++;
        }

        return sent;
    }

    private static byte[] Mutate(Random random)
    {
        var request = "GET /bad HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nX: y\r\n\r\nhello"u8.ToArray();
        for (var i = random.Next(4); i >= 0; i--)
        {
            request[random.Next(request.Length)] = (byte)random.Next(256);
        }

        return request[..random.Next(1, request.Length + 1)];
    }
}
