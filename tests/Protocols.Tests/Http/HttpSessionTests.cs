using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Tests.Http;

public sealed class HttpSessionTests
{
    private const string Get = "GET /a?x=1 HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";

    [Fact]
    public void OnData_OneExchange_WritesEveryColumn()
    {
        using var http = new HttpHarness();

        http.Request(Get, 1000).Response(Ok, 1700);

        Assert.Equal(
            [
                1700L, new Upid(1, 2, 3).ToUInt128(), "10.0.0.2", 40000L, "10.0.0.1", 8080L, 2L, false, 1L, 1L, 0L,
                """{"Host":"h","Accept":"*/*"}""", "GET", "/a?x=1", "", 0L,
                """{"Content-Type":"text/plain","Content-Length":"5"}""", 200L, "OK", "hello", 5L, 700L,
            ],
            http.Row.Cells);
        Assert.Equal(0, http.Session.RetainedBytes);
        Assert.Equal((2L, 1L, 0L, 0L), (
            http.Counters.Frames, http.Counters.Records, http.Counters.InvalidFrames, http.Counters.DroppedBytes));
    }

    [Fact]
    public void OnData_CutAtEveryByte_WritesTheSameRow()
    {
        for (var cut = 1; cut < Get.Length; cut++)
        {
            for (var answerCut = 1; answerCut < Ok.Length; answerCut += 3)
            {
                using var http = new HttpHarness();

                http.Request(Get[..cut], 1).Request(Get[cut..], 2);
                http.Response(Ok[..answerCut], 3).Response(Ok[answerCut..], 9);

                Assert.Equal(("GET /a?x=1 0 -> 200 5", "hello", 7L), (
                    http.Row.Summary, http.Row.Text("resp_body"), http.Row.Int("latency")));
            }
        }
    }

    [Fact]
    public void OnData_ByteByByte_WritesTheSameRow()
    {
        using var http = new HttpHarness();

        foreach (var character in Get)
        {
            http.Request(character.ToString());
        }

        foreach (var character in Ok)
        {
            http.Response(character.ToString());
        }

        Assert.Equal(("GET /a?x=1 0 -> 200 5", "hello"), (http.Row.Summary, http.Row.Text("resp_body")));
        Assert.Equal(0, http.Session.RetainedBytes);
    }

    [Fact]
    public void OnData_KeepAlive_WritesARowPerExchange()
    {
        using var http = new HttpHarness();

        http.Request(Get, 1).Response(Ok, 2).Request(Get, 10).Response(Ok, 15);

        Assert.Equal([1L, 5L], http.Rows.Select(r => r.Int("latency")));
    }

    [Fact]
    public void OnData_PipelinedRequests_PairInOrder()
    {
        using var http = new HttpHarness();

        http.Request("GET /1 HTTP/1.1\r\n\r\nHEAD /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\n\r\n");
        http.Response(
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
            + "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");

        Assert.Equal(["GET /1 0 -> 200 1", "HEAD /2 0 -> 200 0", "GET /3 0 -> 404 2"], http.Summaries);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(304)]
    public void OnData_StatusWithoutBody_IgnoresItsContentLength(int status)
    {
        using var http = new HttpHarness();

        http.Request(Get).Response($"HTTP/1.1 {status} X\r\nContent-Length: 100\r\n\r\n").Request(Get).Response(Ok);

        Assert.Equal([$"GET /a?x=1 0 -> {status} 0", "GET /a?x=1 0 -> 200 5"], http.Summaries);
    }

    [Fact]
    public void OnData_InformationalResponses_DoNotEndTheExchange()
    {
        using var http = new HttpHarness();

        http.Request("PUT /f HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n", 1);
        http.Response("HTTP/1.1 100 Continue\r\n\r\n", 2).Request("abc", 5);
        http.Response("HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\n\r\nHTTP/1.1 201 Created\r\n"
            + "Content-Length: 0\r\n\r\n", 11);

        Assert.Equal(("PUT /f 3 -> 201 0", 6L, "abc"), (
            http.Row.Summary, http.Row.Int("latency"), http.Row.Text("req_body")));
    }

    [Fact]
    public void OnData_ChunkedWithExtensionsAndTrailers_JoinsTheBody()
    {
        using var http = new HttpHarness();

        http.Request(Get).Response(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
            + "5;x=\"y\"\r\nhello\r\n1\r\n \r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\nX-T: 2\r\n\r\n");
        http.Request(Get).Response(Ok);

        Assert.Equal("hello 0123456789", http.Rows[0].Text("resp_body"));
        Assert.Equal(["GET /a?x=1 0 -> 200 16", "GET /a?x=1 0 -> 200 5"], http.Summaries);
    }

    [Fact]
    public void OnData_TransferEncodingAndContentLength_TransferEncodingCounts()
    {
        using var http = new HttpHarness();

        http.Request("POST / HTTP/1.1\r\nContent-Length: 999\r\nTransfer-Encoding: chunked\r\n\r\n");
        http.Request("2\r\nab\r\n0\r\n\r\n");
        http.Response(Ok);

        Assert.Equal("POST / 2 -> 200 5", http.Row.Summary);
    }

    [Fact]
    public void OnClose_BodyUntilClose_EndsThere()
    {
        using var http = new HttpHarness();

        http.Request("GET / HTTP/1.0\r\n\r\n", 1);
        http.Response("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<p>", 2).Response("hi</p>", 8).Close(20);

        Assert.Equal(("GET / 0 -> 200 9", "<p>hi</p>", 7L, 0L), (
            http.Row.Summary, http.Row.Text("resp_body"), http.Row.Int("latency"), http.Row.Int("minor_version")));
    }

    [Theory]
    [InlineData("GET /chat HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", "GET /chat 0 -> 101 0")]
    [InlineData("CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n",
        "HTTP/1.1 200 Connection established\r\n\r\n", "CONNECT h:443 0 -> 200 0")]
    public void OnData_Upgrade_EndsTheStreamAfterItsRow(string request, string response, string summary)
    {
        using var http = new HttpHarness();

        http.Request(request).Response(response + "\x81\x05hello");
        http.Request("\x81\x85\0\0\0\0hello").Close();

        Assert.Equal(summary, http.Row.Summary);
        Assert.Equal(SessionState.EndOfStream, http.Session.State);
        Assert.Equal((0L, 0L), (http.Counters.InvalidFrames, http.Session.RetainedBytes));
    }

    [Fact]
    public void OnData_ResponseBeforeTheEndOfTheRequest_WaitsForIt()
    {
        using var http = new HttpHarness();

        http.Request("POST /up HTTP/1.1\r\nContent-Length: 6\r\n\r\nabc", 1);
        http.Response("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n", 2);
        Assert.Empty(http.Rows);
        http.Request("def", 3);

        Assert.Equal(("POST /up 6 -> 413 0", 0L), (http.Row.Summary, http.Row.Int("latency")));
    }

    [Fact]
    public void OnClose_RequestWithoutAnswer_IsARow()
    {
        using var http = new HttpHarness();

        http.Request(Get, 1).Close(77);

        Assert.Equal((77L, 0L, "No response", 0L, "{}"), (
            http.Row.Int("time_"), http.Row.Int("resp_status"), http.Row.Text("resp_message"),
            http.Row.Int("latency"), http.Row.Text("resp_headers")));
        Assert.Equal(1, http.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnTick_AfterTheExpiry_WritesTheRequest()
    {
        using var http = new HttpHarness();
        http.Request(Get, 1_000_000_000);

        http.Session.OnTick(60_999_999_999);
        Assert.Empty(http.Rows);
        http.Session.OnTick(61_000_000_000);

        Assert.Equal(("GET /a?x=1 0 -> 0 0", 61_000_000_000L), (http.Row.Summary, http.Row.Int("time_")));
        Assert.Equal(0, http.Session.RetainedBytes);
    }

    [Fact]
    public void OnTick_AnswerUnderWay_DoesNotExpire()
    {
        using var http = new HttpHarness();
        http.Request(Get, 1).Response(Ok[..^1], 2);

        http.Session.OnTick(600_000_000_000);
        http.Response(Ok[^1..], 700_000_000_000);

        Assert.Equal("GET /a?x=1 0 -> 200 5", http.Row.Summary);
    }

    [Fact]
    public void OnData_ResponseWithoutRequest_IsCountedAndFramed()
    {
        using var http = new HttpHarness();

        http.Response(Ok).Request(Get).Response(Ok);

        Assert.Equal(["GET /a?x=1 0 -> 200 5"], http.Summaries);
        Assert.Equal(1, http.Counters.ResponsesWithoutRequest);
    }

    [Theory]
    [InlineData(Direction.Ingress, Role.Server)]
    [InlineData(Direction.Egress, Role.Client)]
    public void OnData_RoleUnknown_IsSetByTheFirstRequest(Direction request, Role expected)
    {
        using var http = new HttpHarness(role: Role.None);

        http.Send(request, HttpHarness.Bytes(Get), 1);
        http.Send(request == Direction.Ingress ? Direction.Egress : Direction.Ingress, HttpHarness.Bytes(Ok), 2);

        Assert.Equal(expected, http.Context.Role);
        Assert.Equal((long)expected, http.Row.Int("trace_role"));
    }

    [Fact]
    public void OnData_RoleUnknownAndResponseFirst_IsSetByIt()
    {
        using var http = new HttpHarness(role: Role.None, midstream: true);

        http.Response("HT").Response(Ok[2..]);

        Assert.Equal(Role.Server, http.Context.Role);
    }

    [Fact]
    public void OnData_Garbage_FailsTheSession()
    {
        using var http = new HttpHarness();

        for (var i = 0; i < 8; i++)
        {
            http.Request("\x16\x03\x01 not http at all\n", i);
        }

        Assert.Equal((SessionState.Failed, 1L, 0L), (
            http.Session.State, http.Counters.FailedSessions, http.Session.RetainedBytes));
    }

    [Fact]
    public void OnData_GarbageBeforeAFrame_IsDroppedAndCounted()
    {
        using var http = new HttpHarness();

        http.Request("\0\0garbage\r\n" + Get).Response(Ok);

        Assert.Equal("GET /a?x=1 0 -> 200 5", http.Row.Summary);
        Assert.Equal((1L, 11L, SessionState.Active), (
            http.Counters.InvalidFrames, http.Counters.DroppedBytes, http.Session.State));
    }
}
