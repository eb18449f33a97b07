using PixieOrleans.Model;
using PixieOrleans.Protocols.Cql;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Cql;

[Collection(AllocationCollection.Name)]
public sealed class CqlSessionTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void OnData_Exchange_HasTheTimeOfTheAnswer()
    {
        using var cql = Harness();

        cql.Request(CqlBytes.Query(7), 1000).Response(CqlBytes.Result(7), 3500);

        var row = cql.Row;
        Assert.Equal((3500, 2500, 7, 8),
            ((long)row["time_"], row.Int("latency"), row.Int("req_op"), row.Int("resp_op")));
        Assert.Equal(("SELECT 1", "Response type = VOID"), (row.Text("req_body"), row.Text("resp_body")));
    }

    [Fact]
    public void OnData_AnswersOutOfOrder_ArePairedByStream()
    {
        using var cql = Harness();

        cql.Request(CqlBytes.Query(1, "a"), 1000).Request(CqlBytes.Query(2, "b"), 1500);
        cql.Response(CqlBytes.Result(2), 1600).Response(CqlBytes.Result(1), 3000);

        Assert.Equal([("b", 100L), ("a", 2000L)], cql.Rows.Select(row => (row.Text("req_body"), row.Int("latency"))));
    }

    [Fact]
    public void OnData_CutAtEveryByte_YieldsTheSameRow()
    {
        var (request, response) = (CqlBytes.Query(1), CqlBytes.Result(1));
        foreach (var requestCut in Fragments.AtEveryByte(request))
        {
            foreach (var responseCut in Fragments.AtEveryByte(response))
            {
                using var cql = Harness();

                Array.ForEach(requestCut, piece => cql.SendFragment(Direction.Ingress, piece, 1000));
                Array.ForEach(responseCut, piece => cql.SendFragment(Direction.Egress, piece, 2000));

                Assert.Equal((1000, "SELECT 1"), (cql.Row.Int("latency"), cql.Row.Text("req_body")));
            }
        }
    }

    [Fact]
    public void OnData_StreamUsedAgainWithoutAnswer_WritesBoth()
    {
        using var cql = Harness();

        cql.Request(CqlBytes.Query(1, "a"), 1000).Request(CqlBytes.Query(1, "b"), 2000);
        cql.Response(CqlBytes.Result(1), 2500);

        Assert.Equal(
            [("a", -1L, 0L), ("b", 8L, 500L)],
            cql.Rows.Select(row => (row.Text("req_body"), row.Int("resp_op"), row.Int("latency"))));
    }

    [Fact]
    public void OnTick_RequestWithoutAnswer_BecomesARow()
    {
        using var cql = Harness();

        cql.Request(CqlBytes.Query(1), 1000).Tick(61 * Second);

        var row = cql.Row;
        Assert.Equal((-1, "", 0, 61 * Second),
            (row.Int("resp_op"), row.Text("resp_body"), row.Int("latency"), (long)row["time_"]));
        Assert.Equal(1, cql.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnData_AnswerToAnotherKindOfRequest_IsNotPaired()
    {
        using var cql = Harness();

        cql.Request(CqlBytes.Query(1), 1000).Response(CqlBytes.Response(1, CqlOpcode.Ready, []), 1500);
        cql.Response(CqlBytes.Result(1), 2000).Response(CqlBytes.Result(9), 2100);

        Assert.Equal(1000, cql.Row.Int("latency"));
        Assert.Equal(2, cql.Counters.ResponsesWithoutRequest);
    }

    [Fact]
    public void OnData_EventOfAStatus_IsARowOfItsOwn()
    {
        using var cql = Harness();

        cql.Response(CqlBytes.Response(-1, CqlOpcode.Event,
            [.. CqlBytes.Text("STATUS_CHANGE"), .. CqlBytes.Text("DOWN"), 4, 10, 0, 0, 7, .. CqlBytes.Int(9042)]));

        var row = cql.Row;
        Assert.Equal((11, "-", 12, "STATUS_CHANGE DOWN 10.0.0.7", 0),
            (row.Int("req_op"), row.Text("req_body"), row.Int("resp_op"), row.Text("resp_body"), row.Int("latency")));
    }

    [Fact]
    public void OnData_WithoutKnownRole_LearnsItFromTheVersion()
    {
        using var cql = Harness(Role.None);

        cql.Response(CqlBytes.Result(1)).Request(CqlBytes.Query(2)).Response(CqlBytes.Result(2));

        Assert.Equal((long)Role.Server, cql.Row.Int("trace_role"));
    }

    [Fact]
    public void OnData_Credentials_AreNotKept()
    {
        using var cql = Harness();

        cql.Request(CqlBytes.Request(1, CqlOpcode.AuthResponse, CqlBytes.Value("\0user\0secret"u8.ToArray())));
        cql.Response(CqlBytes.Response(1, CqlOpcode.AuthSuccess, CqlBytes.Value("token"u8.ToArray())));

        Assert.Equal((15, "", 16, ""), (cql.Row.Int("req_op"), cql.Row.Text("req_body"), cql.Row.Int("resp_op"),
            cql.Row.Text("resp_body")));
    }

    [Fact]
    public void OnData_StatementPreparedOnAnotherConnection_IsKnown()
    {
        var protocol = new CqlProtocol(new FramingOptions());
        using var first = new SessionHarness(protocol);
        using var second = new SessionHarness(protocol);
        var id = new byte[16];

        first.Request(CqlBytes.Request(1, CqlOpcode.Prepare, CqlBytes.LongText("UPDATE t SET a = ?")));
        first.Response(CqlBytes.Response(1, CqlOpcode.Result,
        [
            .. CqlBytes.Int(4), .. CqlBytes.Short(16), .. id,
            .. CqlBytes.Int(1), .. CqlBytes.Int(1), .. CqlBytes.Int(0), .. CqlBytes.Text("ks"), .. CqlBytes.Text("t"),
            .. CqlBytes.Text("a"), .. CqlBytes.Short((int)CqlType.Smallint), .. CqlBytes.Int(4), .. CqlBytes.Int(0),
        ]));
        second.Request(CqlBytes.Request(
            1, CqlOpcode.Execute,
            [.. CqlBytes.Short(16), .. id, 0, 1, 1, .. CqlBytes.Short(1), .. CqlBytes.Value([0xff, 0xfe])]));
        second.Response(CqlBytes.Result(1));

        Assert.Equal("UPDATE t SET a = ?\n[-2]", second.Row.Text("req_body"));
    }

    [Fact]
    public void OnData_UnknownStatement_HasItsValuesInHex()
    {
        using var cql = Harness();

        cql.Request(CqlBytes.Request(
            1, CqlOpcode.Execute,
            [
                .. CqlBytes.Short(2), 1, 2, 0, 1, 1, .. CqlBytes.Short(3), .. CqlBytes.Value([0xca, 0xfe]),
                .. CqlBytes.Int(-1), .. CqlBytes.Int(-2),
            ]));
        cql.Response(CqlBytes.Result(1));

        Assert.Equal("""["CAFE",null,"<unset>"]""", cql.Row.Text("req_body"));
    }

    [Fact]
    public void OnData_LongQuery_IsCut()
    {
        using var cql = Harness();
        var text = new string('q', 70_000);

        cql.Request(CqlBytes.Query(1, text)).Response(CqlBytes.Result(1));

        Assert.Equal(text[..512] + "... [TRUNCATED]", cql.Row.Text("req_body"));
        Assert.Equal((1, 0), (cql.Counters.TruncatedValues, cql.Counters.InvalidFrames));
    }

    [Fact]
    public void OnData_LongBatch_StaysJson()
    {
        using var cql = Harness();

        cql.Request(CqlBytes.Request(
            1, CqlOpcode.Batch,
            [0, .. CqlBytes.Short(1), 0, .. CqlBytes.LongText(new string('q', 600)), .. CqlBytes.Short(0), 0, 1, 0]));
        cql.Response(CqlBytes.Result(1));

        Assert.Equal(
            $"[{{\"query\":\"{new string('q', 501)}... [TRUNCATED]\"}}]", cql.Row.Text("req_body"));
    }

    [Fact]
    public void OnData_GapInsideABody_CostsNothingButText()
    {
        using var cql = new SessionHarness(new CqlProtocol(new FramingOptions { FrameBytes = 256 }));
        var request = CqlBytes.Query(1, new string('q', 5000));

        cql.Request(request.AsSpan(0, 300), 1000).Miss(Direction.Ingress, 4000).Request(request.AsSpan(4300), 1100);
        cql.Response(CqlBytes.Result(1), 2000);

        Assert.Equal((900, true), (cql.Row.Int("latency"), cql.Row.Text("req_body").EndsWith("q... [TRUNCATED]")));
        Assert.Equal((1, 4000, 0), (cql.Counters.Gaps, cql.Counters.GapBytes, cql.Counters.Resynchronisations));
    }

    [Fact]
    public void OnTick_GapOverFrameBeginnings_GoesOnWithTheNextMessage()
    {
        using var cql = Harness();

        cql.Request(CqlBytes.Query(1), 1000).Miss(Direction.Ingress, 50);
        cql.Request([.. "\x04\x00 rest of one"u8, .. CqlBytes.Query(2, "next")], 1100);
        cql.Tick(2 * Second).Response(CqlBytes.Result(2), 2 * Second);

        Assert.Equal("next", cql.Row.Text("req_body"));
        Assert.Equal((1, 14), (cql.Counters.Resynchronisations, cql.Counters.DroppedBytes));
    }

    [Fact]
    public void OnData_LossBothWays_PairsNothingFromBefore()
    {
        using var cql = Harness();

        cql.Request(CqlBytes.Query(1, "old"), 1000);
        cql.Miss(Direction.Egress, 13).Response(CqlBytes.Result(5), 1100);
        cql.Miss(Direction.Ingress, 26).Request(CqlBytes.Query(2, "new"), 1200);
        cql.Tick(3 * Second).Response(CqlBytes.Result(1), 3 * Second).Response(CqlBytes.Result(2), 3 * Second);

        // What answers stream 1 may answer a request that was lost; no request was lost after "new".
        Assert.Equal([("old", -1L), ("new", 8L)], cql.Rows.Select(row => (row.Text("req_body"), row.Int("resp_op"))));
    }

    [Fact]
    public void OnData_AnswerLostAfterRequestsWere_CostsOnlyTheRequestsBefore()
    {
        using var cql = Harness();

        cql.Request(CqlBytes.Query(1, "old"), 1000).Cut(Direction.Ingress, 26, 1100);
        cql.Request(CqlBytes.Query(2, "new"), 1200);
        cql.Cut(Direction.Egress, 13, 1300).Response(CqlBytes.Result(1), 1400).Response(CqlBytes.Result(2), 1500);

        Assert.Equal(
            [("old", -1L, 0L), ("new", 8L, 300L)],
            cql.Rows.Select(row => (row.Text("req_body"), row.Int("resp_op"), row.Int("latency"))));
    }

    [Fact]
    public void OnData_AnswerReadLateToARequestThatWasLost_IsNotOfTheNextOfItsStream()
    {
        using var cql = Harness();

        cql.Miss(Direction.Egress, 13).Response(CqlBytes.Result(1), 1100);
        cql.Cut(Direction.Ingress, 26, 1150).Request(CqlBytes.Query(1, "new"), 1200);
        cql.Tick(3 * Second).Response(CqlBytes.Result(1), 3 * Second);

        Assert.Equal(("new", (3 * Second) - 1200), (cql.Row.Text("req_body"), cql.Row.Int("latency")));
        Assert.Equal(1, cql.Counters.ResponsesWithoutRequest);
    }

    [Fact]
    public void OnData_AnswersLostBeforeARequest_CostItNothing()
    {
        using var cql = Harness();

        cql.Request(CqlBytes.Query(1, "old"), 1000).Cut(Direction.Egress, 13, 1100);
        cql.Request(CqlBytes.Query(2, "new"), 1200).Cut(Direction.Ingress, 26, 1300);
        cql.Response(CqlBytes.Result(2), 1400);

        Assert.Equal([("old", -1L), ("new", 8L)], cql.Rows.Select(row => (row.Text("req_body"), row.Int("resp_op"))));
    }

    [Fact]
    public void OnData_JoinedInTheMiddle_BeginsWithAMessage()
    {
        using var cql = new SessionHarness(new CqlProtocol(new FramingOptions()), midstream: true);

        cql.Request("\x04 the rest of something"u8, 900);
        cql.Request([1, 2, 3, .. CqlBytes.Query(5)], 1000).Response(CqlBytes.Result(5), 1500);

        Assert.Equal((500, 0), (cql.Row.Int("latency"), cql.Counters.InvalidFrames));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "text")]
    [InlineData("\x04\0\0\x01\x07\x20\0\0\0", "longer than 256 MiB")]
    [InlineData("\x04\0\0\x01\x08\0\0\0\x04", "an answer sent by a client")]
    [InlineData("\x02\0\0\x01\x07\0\0\0\x04", "version 2")]
    public void OnData_BytesThatAreNotCql_EndInFailure(string bytes, string why)
    {
        using var cql = Harness();

        for (var i = 0; i < 20; i++)
        {
            cql.Request(CqlBytes.Query(i)).Request(bytes.Select(c => (byte)c).ToArray());
        }

        Assert.True(cql.Session.State == SessionState.Failed, why);
    }

    [Fact]
    public void OnData_CompressionUnknownToUs_IsARowWithAMark()
    {
        using var cql = Harness();

        cql.Request(CqlBytes.Startup(4, "zstd"), 100).Response(CqlBytes.Ready(4), 200);
        cql.Request(CqlBytes.Request(1, CqlOpcode.Query, [1, 2, 3], flags: CqlFlags.Compressed), 1000);
        cql.Response(CqlBytes.Response(1, CqlOpcode.Result, [1, 2, 3], flags: CqlFlags.Compressed), 1700);

        var row = cql.Rows[^1];
        Assert.Equal((7, "<compressed>", "<compressed>", 700),
            (row.Int("req_op"), row.Text("req_body"), row.Text("resp_body"), row.Int("latency")));
    }

    [Fact]
    public void OnData_SteadyTraffic_AllocatesNothing() => SteadyTraffic.AllocatesNothing(
        new CqlProtocol(new FramingOptions()), rows: 1,
        SteadyTraffic.Exchanges((CqlBytes.Query(3), CqlBytes.Result(3))));

    private static SessionHarness Harness(Role role = Role.Server) => new(new CqlProtocol(new FramingOptions()), role);
}
