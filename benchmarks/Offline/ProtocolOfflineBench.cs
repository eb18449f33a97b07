using PixieOrleans.Model;
using PixieOrleans.Protocols;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Bench.Offline;

/// <summary>Bytes of each protocol to cells, without kernel and tables, side by side.</summary>
public static class ProtocolOfflineBench
{
    /// <summary>All exchanges, each for so long; or those of one protocol.</summary>
    public static IReadOnlyList<Figure> Measure(TimeSpan duration, Protocol? only = null)
    {
        var results = Exchanges.All()
            .Where(exchange => only is null || exchange.Protocol == only)
            .Select(exchange => (Exchange: exchange, Result: Run(exchange, duration, new NullRows())))
            .ToList();
        return
        [
            .. Column("exchanges per second and core", "1/s", r => r.PerSecond, RateGoal),
            .. Column("time per exchange", "ns", r => r.Nanoseconds),
            .. Column("payload per exchange", "B", r => r.PayloadBytes),
            .. Column("rows per exchange", "", r => r.Rows),
            .. Column(
                "allocated per exchange", "B", r => r.AllocatedBytes, exchange => exchange.AllocatesNothing ? "0" : ""),
        ];

        IEnumerable<Figure> Column(
            string name, string unit, Func<OfflineResult, double> value, Func<Exchange, string>? goal = null) =>
            results.Select(r => new Figure(
                $"offline {r.Exchange.Name}: {name}", value(r.Result), unit, goal?.Invoke(r.Exchange) ?? ""));
    }

    /// <summary>Drives an exchange into the given rows.</summary>
    internal static OfflineResult Run(Exchange exchange, TimeSpan duration, IRowWriter rows)
    {
        var definition = new ProtocolRegistry(new HttpOptions(), new FramingOptions()).Find(exchange.Protocol)
            ?? throw new InvalidOperationException($"{exchange.Protocol} is not parsed");
        return OfflineDriver.Run(definition, exchange, rows, duration);
    }

    private static string RateGoal(Exchange exchange) => exchange.Protocol == Protocol.Http ? ">= 500000" : "";
}
