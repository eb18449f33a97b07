using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;
using PixieOrleans.TestKit;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests;

/// <summary>What repeating the exchanges of real programs allocates, once their sessions are warm.</summary>
[Collection(AllocationCollection.Name)]
public sealed class RecordedAllocationTests
{
    private const int Times = 2000;
    private const int MaxBytesPerLoop = 256; // where some allocation is allowed

    public static TheoryData<string> Names => [.. Exchanges.All().Select(exchange => exchange.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void OnData_RepeatedExchange_AllocatesNothingOrLittle(string name)
    {
        var exchange = Exchanges.All().Single(exchange => exchange.Name == name);
        var protocol = new ProtocolRegistry(new HttpOptions(), new FramingOptions()).Find(exchange.Protocol)!;
        var rows = new NullRows();
        using var player = new ExchangePlayer(protocol, exchange, rows, connections: 4);
        var (bound, runs) = (exchange.AllocatesNothing ? 0 : Times * MaxBytesPerLoop, 0);

        var allocated = Allocations.Least(
            () =>
            {
                player.Play(Times);
                runs++;
            },
            bound);

        Assert.InRange(allocated, 0, bound);
        Assert.InRange(rows.Count, exchange.Requests * Times * runs, int.MaxValue);
        Assert.False(player.Failed);
    }
}
