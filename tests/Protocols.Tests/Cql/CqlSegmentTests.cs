using PixieOrleans.Model;
using PixieOrleans.Protocols.Cql;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Tests.Cql;

public sealed class CqlSegmentTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void OnData_SeveralMessagesInASegment_AreAllRead()
    {
        using var cql = Begun();

        cql.Request(CqlBytes.Segment([.. CqlBytes.Query(1, "a", 5), .. CqlBytes.Query(2, "b", 5)]), 1000);
        cql.Response(CqlBytes.Segment([.. CqlBytes.Result(2, 5), .. CqlBytes.Result(1, 5)]), 1700);

        Assert.Equal(
            [("b", 700L), ("a", 700L)],
            cql.Rows.Skip(1).Select(row => (row.Text("req_body"), row.Int("latency"))));
    }

    [Fact]
    public void OnData_SegmentOfTheGreatestLength_IsReadWhole()
    {
        using var cql = Begun();
        var first = CqlBytes.Query(1, new string('a', 100_000), 5);

        cql.Request(CqlBytes.Segment([.. first, .. CqlBytes.Query(2, "behind", 5)]));
        cql.Response(CqlBytes.Segment(CqlBytes.Result(2, 5)));

        Assert.Equal("behind", cql.Rows[1].Text("req_body"));
    }

    [Fact]
    public void OnData_LongMessageInParts_IsOneRow()
    {
        using var cql = Begun();
        var query = CqlBytes.Query(1, new string('a', 300_000), 5);

        foreach (var part in query.Chunk(131_071))
        {
            cql.Request(CqlBytes.Segment(part, isWhole: false), 1000);
        }

        cql.Request(CqlBytes.Segment(CqlBytes.Query(2, "next", 5)), 1100);
        cql.Response(CqlBytes.Segment([.. CqlBytes.Result(1, 5), .. CqlBytes.Result(2, 5)]), 2000);

        Assert.Equal([1000L, 900L], cql.Rows.Skip(1).Select(row => row.Int("latency")));
        Assert.Equal(new string('a', 512) + "... [TRUNCATED]", cql.Rows[1].Text("req_body"));
        Assert.Equal(0, cql.Counters.InvalidFrames);
    }

    [Fact]
    public void OnTick_PartOfALongMessageLost_GoesOnBehindIt()
    {
        using var cql = Begun();
        var parts = CqlBytes.Query(1, new string('a', 400_000), 5).Chunk(131_071)
            .Select(part => CqlBytes.Segment(part, isWhole: false)).ToList();

        cql.Request(parts[0], 1000).Miss(Direction.Ingress, (ulong)parts[1].Length);
        cql.Request(parts[2], 1100).Tick(2 * Second).Request(parts[3], 2 * Second);
        cql.Request(CqlBytes.Segment(CqlBytes.Query(2, "next", 5)), 2 * Second);
        cql.Response(CqlBytes.Segment([.. CqlBytes.Result(1, 5), .. CqlBytes.Result(2, 5)]), 3 * Second);

        Assert.Equal("next", Assert.Single(cql.Rows.Skip(1)).Text("req_body"));
        Assert.Equal(1, cql.Counters.ResponsesWithoutRequest);
    }

    [Fact]
    public void OnTick_SegmentsLost_GoesOnWithTheNextOne()
    {
        using var cql = Begun();

        cql.Miss(Direction.Ingress, 77);
        cql.Request([1, 2, 3, 4, .. CqlBytes.Segment(CqlBytes.Query(2, "next", 5))], 1000).Tick(2 * Second);
        cql.Response(CqlBytes.Segment(CqlBytes.Result(2, 5)), 2 * Second);

        Assert.Equal("next", cql.Rows[^1].Text("req_body"));
        Assert.Equal(4, cql.Counters.DroppedBytes);
    }

    [Fact]
    public void OnData_WrongChecksumOfThePayload_CountsAsInvalid()
    {
        using var cql = Begun();
        var segment = CqlBytes.Segment(CqlBytes.Query(1, "SELECT 1", 5));
        segment[^6] ^= 1;

        cql.Request(segment).Request(CqlBytes.Segment(CqlBytes.Query(2, "next", 5)));
        cql.Response(CqlBytes.Segment(CqlBytes.Result(2, 5)));

        Assert.Equal("next", Assert.Single(cql.Rows.Skip(1)).Text("req_body"));
        Assert.Equal(1, cql.Counters.InvalidFrames);
    }

    [Fact]
    public void OnData_VersionThatTheServerLacks_GoesOnInMessages()
    {
        using var cql = new SessionHarness(new CqlProtocol(new FramingOptions()));

        cql.Request(CqlBytes.Startup(5)).Response(CqlBytes.Response(
            0, CqlOpcode.Error, [.. CqlBytes.Int(10), .. CqlBytes.Text("Invalid or unsupported protocol version")], 5));
        cql.Request(CqlBytes.Startup(4)).Response(CqlBytes.Ready(4));
        cql.Request(CqlBytes.Query(1)).Response(CqlBytes.Result(1));

        Assert.Equal([0L, 2L, 8L], cql.Rows.Select(row => row.Int("resp_op")));
    }

    [Fact]
    public void OnData_JoinedInTheMiddleOfSegments_ReadsThem()
    {
        using var cql = new SessionHarness(new CqlProtocol(new FramingOptions()), Role.None, midstream: true);

        cql.Request([9, 9, .. CqlBytes.Segment(CqlBytes.Query(1, "SELECT 1", 5))], 1000);
        cql.Response(CqlBytes.Segment(CqlBytes.Result(1, 5)), 1700);

        Assert.Equal((700, (long)Role.Server), (cql.Row.Int("latency"), cql.Row.Int("trace_role")));
    }

    [Fact]
    public void Crc24_OfAHead_IsThatOfTheDriver() =>
        Assert.Equal(0x79688CU, CqlChecksum.Crc24([0x0A, 0x00, 0x02]));

    private static SessionHarness Begun()
    {
        var cql = new SessionHarness(new CqlProtocol(new FramingOptions()));
        return cql.Request(CqlBytes.Startup(5), 100).Response(CqlBytes.Ready(5), 200);
    }
}
