using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Pgsql;
using PixieOrleans.Protocols.Sessions;
using static PixieOrleans.Protocols.Tests.Pgsql.PgsqlRecording;

namespace PixieOrleans.Protocols.Tests.Pgsql;

/// <summary>Lost bytes and joins in the middle: rows may be missing, never wrong.</summary>
public sealed class PgsqlGapTests
{
    private const long Second = 1_000_000_000;

    private static readonly byte[] Sync = Message('S');
    private static readonly byte[] Row = Message('D', Int16(1), Int32(2), "ab"u8.ToArray());

    [Fact]
    public void OnData_RowsOfAQueryLost_LeavesTheRequest()
    {
        using var pgsql = Start();

        pgsql.Request(Query("q"), 1000).Response(Row, 1500).Miss(Direction.Egress, 500);
        pgsql.Response([.. Row, .. Complete("SELECT 99"), .. Ready], 2000).Tick(3 * Second);

        Assert.Equal("Query|q|", Summary(pgsql.Row));
    }

    [Fact]
    public void OnData_EndOfAnAnswerLost_PairsTheNextQueryWithItsOwn()
    {
        using var pgsql = Start();

        pgsql.Request(Query("one"), 1000).Response(Row, 1500).Miss(Direction.Egress, 20);
        pgsql.Request(Query("two"), 2000).Response([.. Complete("TWO"), .. Ready], 2500).Tick(4 * Second);
        pgsql.Request(Query("three"), 5 * Second).Response([.. Complete("THREE"), .. Ready], 6 * Second);

        Assert.DoesNotContain(pgsql.Rows, row => Summary(row) == "Query|one|TWO");
        Assert.Equal("Query|three|THREE", Summary(pgsql.Rows[^1]));
    }

    [Fact]
    public void OnData_QueryLost_DropsItsAnswer()
    {
        using var pgsql = Start();

        pgsql.Miss(Direction.Ingress, 30).Response([.. Complete("LOST"), .. Ready], 1000);
        pgsql.Request(Query("two"), 2000).Tick(4 * Second).Response([.. Complete("TWO"), .. Ready], 5 * Second);

        Assert.Equal("Query|two|TWO", Summary(pgsql.Row));
        Assert.Equal(1, pgsql.Counters.ResponsesWithoutRequest);
    }

    [Fact]
    public void OnData_MiddleOfAGroupLost_BeginsWithTheNextGroup()
    {
        using var pgsql = Start();
        var parse = Message('P', Ended(""), Ended("x"), Int16(0));

        pgsql.Request(parse, 1000).Miss(Direction.Ingress, 40).Request([.. Message('E', Ended(""), Int32(0)), .. Sync]);
        pgsql.Response([.. Message('1'), .. Message('2'), .. Complete("X"), .. Ready], 2 * Second);
        pgsql.Tick(4 * Second).Request(Query("y"), 5 * Second).Response([.. Complete("Y"), .. Ready], 6 * Second);

        Assert.Equal("Query|y|Y", Summary(pgsql.Rows[^1]));
        Assert.DoesNotContain(pgsql.Rows, row => row.Text("req_cmd") == "Execute");
    }

    [Fact]
    public void OnData_AnswersOfAPipelineLost_AreNotGuessed()
    {
        using var pgsql = Start();
        pgsql.Request([.. Query("a"), .. Query("b")], 1000);
        pgsql.Response([.. Complete("A"), .. Ready, .. Complete("B"), .. Ready], 2000);

        pgsql.Request([.. Query("c"), .. Query("d"), .. Query("e")], 3000);
        pgsql.Miss(Direction.Egress, (ulong)(Complete("C").Length + Ready.Length));
        pgsql.Response([.. Complete("D"), .. Ready, .. Complete("E"), .. Ready], 4000).Tick(2 * Second);
        pgsql.Request(Query("f"), 5 * Second).Response([.. Complete("F"), .. Ready], 6 * Second);

        Assert.Equal(
            ["a|A", "b|B", "c|", "d|", "e|", "f|F"],
            pgsql.Rows.Select(row => $"{row.Text("req")}|{row.Text("resp")}"));
    }

    [Fact]
    public void OnData_JoinedInTheMiddle_BeginsWithAGroup()
    {
        using var pgsql = Start(midstream: true);

        pgsql.Response([.. "tail of a row"u8, .. Row, .. Complete("OLD"), .. Ready], 1000);
        pgsql.Request(Message('B', Ended(""), Ended("s"), Int16(0), Int16(0), Int16(0)), 2000);
        pgsql.Request([.. Message('E', Ended(""), Int32(0)), .. Sync], 2000);
        pgsql.Response([.. Message('2'), .. Complete("E"), .. Ready], 3000);
        pgsql.Request(Query("q"), 4000).Response([.. Complete("Q"), .. Ready], 5000);

        Assert.Equal("Query|q|Q", Summary(pgsql.Row));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'Q', 0, 0, 0, 3 }, "length shorter than itself")]
    [InlineData(new byte[] { (byte)'Q', 0x7f, 0xff, 0xff, 0xff }, "longer than any message")]
    [InlineData(new byte[] { (byte)'S', 0, 0, 0, 9 }, "a Sync with a body")]
    [InlineData(new byte[] { 0x16, 3, 1 }, "TLS record, not a tag")]
    public void ReadHead_BytesThatCannotStartAMessage_AreInvalid(byte[] data, string why) =>
        Assert.True(PgsqlFrame.ReadHead(data, PgsqlSender.Client).Status == ParseStatus.Invalid, why);

    [Fact]
    public void OnData_OversizedLength_KeepsNothingForIt()
    {
        using var pgsql = Start();

        pgsql.Request([(byte)'Q', 0x3f, 0xff, 0xff, 0xff, .. new byte[100]]);

        Assert.InRange(pgsql.Session.RetainedBytes, 100, 64 << 10);
    }

    [Fact]
    public void OnData_BytesThatAreNotPostgres_EndInFailure()
    {
        using var pgsql = Start();

        for (var i = 0; i < 20; i++)
        {
            pgsql.Request("GET / HTTP/1.1\r\n\r\n"u8).Request(Message('S')).Request("S\0\0\0\xff"u8);
        }

        Assert.Equal(SessionState.Failed, pgsql.Session.State);
    }

    private static SessionHarness Start(bool midstream = false) =>
        new(new PgsqlProtocol(new FramingOptions()), midstream: midstream);
}
