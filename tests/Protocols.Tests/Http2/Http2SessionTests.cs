using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Http2;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Http2;

public sealed class Http2SessionTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void OnData_AnswersOutOfOrder_ArePairedByStream()
    {
        using var http = Started();

        http.Request(Http2Bytes.Get(1, "/slow"), 1000).Request(Http2Bytes.Get(3, "/fast"), 1500);
        http.Response(Http2Bytes.Ok(3), 1700).Response(Http2Bytes.Ok(1), 3000);

        Assert.Equal(["/fast 200", "200 1700", "/slow 200", "2000 3000"], http.Rows.SelectMany(row => new[]
        {
            $"{row.Text("req_path")} {row.Int("resp_status")}", $"{row.Int("latency")} {row.Int("time_")}",
        }));
    }

    [Fact]
    public void OnData_CutAtEveryByte_YieldsTheSameRow()
    {
        byte[] request = [.. Http2Bytes.ClientStart, .. Http2Bytes.Get(1, "/a", ends: false),
            .. Http2Bytes.Data(1, true, "text")];
        byte[] response = [.. Http2Bytes.ServerStart, .. Http2Bytes.Ok(1, ends: false),
            .. Http2Bytes.Data(1, true, "answer")];
        foreach (var requestCut in Fragments.AtEveryByte(request))
        {
            foreach (var responseCut in Fragments.AtEveryByte(response))
            {
                using var http = Harness();

                Array.ForEach(requestCut, piece => http.SendFragment(Direction.Ingress, piece, 1000));
                Array.ForEach(responseCut, piece => http.SendFragment(Direction.Egress, piece, 2000));

                Assert.Equal("GET /a 4 -> 200 6", http.Row.Summary);
                Assert.Equal("text", http.Row.Text("req_body"));
            }
        }
    }

    [Fact]
    public void OnData_CallThatStreamsBothWays_LastsFromItsBeginning()
    {
        using var http = Started();

        http.Request(Http2Bytes.Get(1, "/chat", ends: false), 1000);
        http.Response(Http2Bytes.Ok(1, ends: false), 1100).Request(Http2Bytes.Data(1, true, "bye"), 4800);
        http.Response(Http2Bytes.Data(1, true, "bye"), 5000);

        Assert.Equal((4000, 5000), (http.Row.Int("latency"), http.Row.Int("time_")));
    }

    [Fact]
    public void OnData_JoinedInTheMiddle_MarksWhatIsUnknown()
    {
        using var http = Harness(midstream: true);

        http.Request(Http2Bytes.Headers(
            7, true, Http2Bytes.Indexed(2), Http2Bytes.Indexed(6), Http2Bytes.Indexed(62),
            Http2Bytes.Literal("x-new", "seen", keep: true)));
        http.Response(Http2Bytes.Headers(7, true, Http2Bytes.Indexed(8), Http2Bytes.Indexed(70)));
        http.Request(Http2Bytes.Headers(
            9, true, Http2Bytes.Indexed(2), Http2Bytes.Indexed(6), Http2Bytes.Named(4, "/x"),
            Http2Bytes.Indexed(62), Http2Bytes.Indexed(63)));
        http.Response(Http2Bytes.Headers(9, true, Http2Bytes.Indexed(65)));

        Assert.Equal(["GET [UNKNOWN] 0 -> 200 0", "GET /x 0 -> -1 0"], http.Rows.Select(row => row.Summary));
        Assert.Equal(
            """{":method":"GET",":scheme":"http",":path":"/x","x-new":"seen","[UNKNOWN]":"[UNKNOWN]"}""",
            http.Rows[1].Text("req_headers"));
    }

    [Fact]
    public void OnData_JoinedInTheMiddle_FindsAFrameWithinAChunk()
    {
        using var http = Harness(midstream: true);

        http.Request([.. "the end of a body"u8, .. Http2Bytes.Get(3, "/a"), .. Http2Bytes.Get(5, "/b")]);
        http.Response([.. "another end"u8, .. Http2Bytes.Ok(3), .. Http2Bytes.Ok(5)]);

        Assert.Equal(["GET /a 0 -> 200 0", "GET /b 0 -> 200 0"], http.Rows.Select(row => row.Summary));
        Assert.Equal(28, http.Counters.DroppedBytes);
    }

    [Fact]
    public void OnTick_GapOverHeaders_MakesTheTableUnknown()
    {
        using var http = Started();

        http.Request(Http2Bytes.Get(1, "/known"), 1000).Response(Http2Bytes.Ok(1), 1100);
        http.Miss(Direction.Ingress, 40);
        http.Request(Http2Bytes.Headers(5, true, Http2Bytes.Indexed(2), Http2Bytes.Indexed(6), Http2Bytes.Indexed(62)));
        http.Tick(2 * Second).Response(Http2Bytes.Ok(5), 2 * Second);
        http.Response(Http2Bytes.Ok(3), 2 * Second).Close(3 * Second);

        Assert.Equal(["GET /known 0 -> 200 0", "GET [UNKNOWN] 0 -> 200 0"], http.Rows.Select(row => row.Summary));
        Assert.Equal((1, 1, 1), (
            http.Counters.Resynchronisations, http.Counters.Gaps, http.Counters.ResponsesWithoutRequest));
    }

    [Fact]
    public void OnData_GapInsideABody_CostsNothing()
    {
        using var http = new SessionHarness(
            new Http2Protocol(new HttpOptions(), new FramingOptions { FrameBytes = 256 }));
        http.Request(Http2Bytes.ClientStart).Response(Http2Bytes.ServerStart);
        var data = Http2Bytes.Data(1, true, new string('x', 5000));

        http.Request(Http2Bytes.Get(1, "/up", ends: false)).Request(data.AsSpan(0, 300));
        http.Miss(Direction.Ingress, 4000).Request(data.AsSpan(4300)).Response(Http2Bytes.Ok(1));

        Assert.Equal("GET /up 5000 -> 200 0", http.Row.Summary);
        Assert.EndsWith("x... [TRUNCATED]", http.Row.Text("req_body"));
        Assert.Equal((4000, 0), (http.Counters.GapBytes, http.Counters.Resynchronisations));
    }

    [Fact]
    public void OnData_PaddedBodyAndHeaders_AreReadWithoutPadding()
    {
        using var http = Started();
        var block = Http2Bytes.Indexed(2).Concat(Http2Bytes.Indexed(6)).Concat(Http2Bytes.Named(4, "/p"));

        http.Request(Http2Bytes.Frame(Http2FrameType.Headers, 0x2c, 1, [3, 0, 0, 0, 0, 15, .. block, 0, 0, 0]));
        http.Request(Http2Bytes.Frame(Http2FrameType.Data, 9, 1, [2, .. "body"u8, 0, 0])).Response(Http2Bytes.Ok(1));

        Assert.Equal("GET /p 4 -> 200 0", http.Row.Summary);
    }

    [Fact]
    public void OnData_PaddingLongerThanTheFrame_IsInvalid()
    {
        using var http = Started();

        http.Request(Http2Bytes.Frame(Http2FrameType.Headers, 0xd, 1, [200, 0x82]));

        Assert.Equal((0, 1), (http.Rows.Count, http.Counters.InvalidFrames));
    }

    [Fact]
    public void OnData_InformationalAnswer_DoesNotEndTheExchange()
    {
        using var http = Started();

        http.Request(Http2Bytes.Get(1, "/a"));
        http.Response(Http2Bytes.Headers(1, false, Http2Bytes.Named(8, "103"))).Response(Http2Bytes.Ok(1));

        Assert.Equal("GET /a 0 -> 200 0", http.Row.Summary);
    }

    [Fact]
    public void OnData_ResetStream_BecomesARowWithoutAnswer()
    {
        using var http = Started();

        http.Request(Http2Bytes.Get(1, "/a"), 1000);
        http.Request(Http2Bytes.Frame(Http2FrameType.Reset, 0, 1, [0, 0, 0, 8]), 1500);

        Assert.Equal("GET /a 0 -> -1 0", http.Row.Summary);
        Assert.Equal(("No response", 1500, 0), (
            http.Row.Text("resp_message"), http.Row.Int("time_"), http.Row.Int("latency")));
        Assert.Equal(1, http.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnTick_SilentStreams_ExpireUnlessTheirAnswerGoesOn()
    {
        using var http = Started();

        http.Request(Http2Bytes.Get(1, "/watch"), Second).Response(Http2Bytes.Ok(1, ends: false), Second);
        http.Request(Http2Bytes.Get(3, "/lost"), Second).Tick(62 * Second).Tick(200 * Second);

        Assert.Equal("GET /lost 0 -> -1 0", http.Row.Summary);
        http.Response(Http2Bytes.Data(1, true, "event"), 300 * Second);
        Assert.Equal("GET /watch 0 -> 200 5", http.Rows[1].Summary);
    }

    [Fact]
    public void OnData_BytesThatAreNotHttp2_EndInFailure()
    {
        using var http = Harness();

        for (var i = 0; i < 20; i++)
        {
            http.Request("GET / HTTP/1.1\r\n\r\n"u8).Request(Http2Bytes.ServerStart).Request("POST / HTTP/1.0 "u8);
        }

        Assert.Equal(SessionState.Failed, http.Session.State);
    }

    [Fact]
    public void OnData_NumberThatAWholeTableLacks_IsInvalid()
    {
        using var http = Started();

        http.Request(Http2Bytes.Headers(1, true, Http2Bytes.Indexed(2), Http2Bytes.Indexed(62)));

        Assert.Equal((0, 1), (http.Rows.Count, http.Counters.InvalidFrames));
    }

    [Fact]
    public void OnData_NamesAndPathsThatAreNoText_AreCleaned()
    {
        using var http = Started();

        http.Request(Http2Bytes.Headers(
            1, true, Http2Bytes.Indexed(2), Http2Bytes.Indexed(6), Http2Bytes.Named(4, "/\xff\n"),
            Http2Bytes.Literal("", "a"), Http2Bytes.Literal("b\"", "c")));
        http.Response(Http2Bytes.Ok(1));

        Assert.Equal("/??", http.Row.Text("req_path"));
        Assert.EndsWith(""","[INVALID]":"a, c"}""", http.Row.Text("req_headers"));
    }

    [Fact]
    public void OnData_WithoutKnownRole_LearnsItFromTheRequest()
    {
        using var http = Harness(Role.None);

        http.Send(Direction.Egress, [.. Http2Bytes.ClientStart, .. Http2Bytes.Get(1, "/a")], 1000);
        http.Send(Direction.Ingress, [.. Http2Bytes.ServerStart, .. Http2Bytes.Ok(1)], 2000);

        Assert.Equal((long)Role.Client, http.Row.Int("trace_role"));
    }

    [Fact]
    public void OnData_ManyFieldsOfOneByte_AreBounded()
    {
        using var http = Started();
        var large = Http2Bytes.Literal("x", new string('v', 126), keep: true);

        http.Request(Http2Bytes.Headers(
            1, true, Http2Bytes.Indexed(2), Http2Bytes.Indexed(6), large,
            [.. Enumerable.Repeat((byte)0xbe, 16000)]));
        http.Response(Http2Bytes.Ok(1));

        Assert.True(http.Row.Text("req_headers").Length <= 8192);
        Assert.Equal(1, http.Counters.TruncatedValues);
        Assert.InRange(http.Session.RetainedBytes, 0, 64 << 10);
    }

    private static SessionHarness Harness(Role role = Role.Server, bool midstream = false) =>
        new(new Http2Protocol(new HttpOptions(), new FramingOptions()), role, midstream);

    private static SessionHarness Started() =>
        Harness().Request(Http2Bytes.ClientStart, 900).Response(Http2Bytes.ServerStart, 900);
}
