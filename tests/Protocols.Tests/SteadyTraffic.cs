using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.TestKit;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests;

/// <summary>What the same exchanges over and over cost a session of a traced server that is warm.</summary>
internal static class SteadyTraffic
{
    private const int Times = 1000;

    /// <summary>Fails when a loop allocates, leaves bytes held, loses something, or writes other than so many rows.
    /// </summary>
    /// <param name="protocol">The protocol, with its settings.</param>
    /// <param name="rows">Rows of one loop.</param>
    /// <param name="loop">What passes again and again.</param>
    /// <param name="begin">What passes once, before.</param>
    /// <param name="isDatagram">True when each chunk is a datagram.</param>
    public static void AllocatesNothing(
        ProtocolDefinition protocol, int rows, RecordedChunk[] loop, RecordedChunk[]? begin = null,
        bool isDatagram = false)
    {
        var written = new NullRows();
        var exchange = new Exchange("steady", protocol.Protocol, begin ?? [], loop) { IsDatagram = isDatagram };
        using var player = new ExchangePlayer(protocol, exchange, written, connections: 1);
        player.Play(Times); // tables of headers are full
        var (retained, expected) = (player.RetainedBytes, written.Count);

        var allocated = Allocations.Least(() =>
        {
            player.Play(Times);
            expected += rows * Times;
        });

        Assert.Equal((0, expected, retained), (allocated, written.Count, player.RetainedBytes));
        var counters = player.Counters;
        Assert.Equal(0, counters.InvalidFrames + counters.DroppedBytes + counters.ResponsesWithoutRequest);
    }

    /// <summary>Requests to a traced server with their answers, which may be empty.</summary>
    public static RecordedChunk[] Exchanges(params (byte[] Request, byte[] Response)[] exchanges) =>
    [
        .. exchanges.SelectMany(IEnumerable<RecordedChunk> (exchange) =>
            [new(Direction.Ingress, exchange.Request), new(Direction.Egress, exchange.Response)])
            .Where(chunk => chunk.Bytes.Length > 0),
    ];
}
