using System.Diagnostics;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Bench.Offline;

/// <summary>What parsing cost per exchange, in CPU time of one core.</summary>
/// <param name="PerSecond">Exchanges per second.</param>
/// <param name="Nanoseconds">Time per exchange.</param>
/// <param name="AllocatedBytes">Managed bytes allocated per exchange.</param>
/// <param name="PayloadBytes">Bytes on the wire per exchange.</param>
/// <param name="Rows">Rows per exchange.</param>
public readonly record struct OfflineResult(
    double PerSecond, double Nanoseconds, double AllocatedBytes, double PayloadBytes, double Rows);

/// <summary>Measures sessions with an exchange over and over, on several connections in turn.</summary>
internal static class OfflineDriver
{
    private const int Connections = 64;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Runs for about <paramref name="duration"/>, after a warm-up.</summary>
    /// <exception cref="InvalidOperationException">Bytes of the exchange made no sense.</exception>
    public static OfflineResult Run(
        ProtocolDefinition protocol, Exchange exchange, IRowWriter rows, TimeSpan duration)
    {
        using var player = new ExchangePlayer(protocol, exchange, rows, Connections);
        Drive(player, WarmUp);
        var (records, payload) = (player.Counters.Records, player.Counters.PayloadBytes);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var (loops, elapsed) = Drive(player, duration);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (player.Failed)
        {
            throw new InvalidOperationException($"{exchange.Name}: the exchange is not repeated as it was recorded");
        }

        double exchanges = loops * exchange.Requests;
        return new OfflineResult(
            exchanges / elapsed.TotalSeconds, elapsed.TotalNanoseconds / exchanges, allocated / exchanges,
            (player.Counters.PayloadBytes - payload) / exchanges, (player.Counters.Records - records) / exchanges);
    }

    private static (long Loops, TimeSpan Used) Drive(ExchangePlayer player, TimeSpan duration)
    {
        const int Batch = 1000;
        var loops = 0L;
        var used = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < duration)
        {
            player.Play(Batch);
            loops += Batch;
        }

        return (loops, Environment.CpuUsage.TotalTime - used); // CPU time: other work does not count
    }
}
