using PixieOrleans.Model;

namespace PixieOrleans.Protocols.Tests.Http;

/// <summary>Calls of which the kernel passed on a beginning, and marked where they ended.</summary>
public sealed class HttpCutTests
{
    private const string Next = "GET /next 0 -> 203 2";
    private const string NextRequest = "GET /next HTTP/1.1\r\nHost: h\r\n\r\n";
    private const string NextResponse = "HTTP/1.1 203 X\r\nContent-Length: 2\r\n\r\nok";
    private const string Get = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    public void OnData_CutInTheHeadersOfARequest_IsARowOfWhatThereIs()
    {
        using var http = new HttpHarness();

        http.Request("POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 40\r\nX-Long: aaa", 1000);
        http.Cut(Direction.Ingress, 900, 1000).Response(Ok, 3500);

        Assert.Equal(("POST /1 40 -> 200 2", """{"Host":"h","Content-Length":"40"}""", 2500L), (
            http.Row.Summary, http.Row.Text("req_headers"), http.Row.Int("latency")));
        Assert.Equal((1L, 900L, 2L, 0L), ( // the headers, and the body that was announced
            http.Counters.Gaps, http.Counters.GapBytes, http.Counters.TruncatedValues, http.Counters.InvalidFrames));
        Assert.Equal(0, http.Session.RetainedBytes);
        http.Request(NextRequest, 5000).Response(NextResponse, 6000);
        Assert.Equal(Next, http.Rows[^1].Summary);
    }

    [Fact]
    public void OnData_CutInTheHeadersOfAResponse_IsARowOfWhatThereIs()
    {
        using var http = new HttpHarness();

        http.Request(Get, 1000).Response("HTTP/1.1 404 Not Found\r\nServer: s\r\nSet-Cookie: a", 2000);
        http.Cut(Direction.Egress, 900, 2000);

        Assert.Equal(("GET /1 0 -> 404 0", """{"Server":"s"}""", 1000L), (
            http.Row.Summary, http.Row.Text("resp_headers"), http.Row.Int("latency")));
        Assert.Equal(0, http.Session.RetainedBytes);
        http.Request(NextRequest, 5000).Response(NextResponse, 6000);
        Assert.Equal((Next, 1000L), (http.Rows[^1].Summary, http.Rows[^1].Int("latency")));
    }

    [Theory]
    [InlineData(Direction.Ingress)]
    [InlineData(Direction.Egress)]
    public void OnData_CutAtEveryByte_NextExchangePairsRight(Direction direction)
    {
        var (get, ok) = ("POST /1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", Ok.Replace("2\r\n", "3\r\n") + "!");
        var cut = direction == Direction.Ingress ? get : ok;
        var startLine = cut.IndexOf('\n') + 1;
        for (var at = 1; at < cut.Length; at++)
        {
            using var http = new HttpHarness();

            http.Request(direction == Direction.Ingress ? get[..at] : get, 1000);
            http.Cut(Direction.Ingress, (ulong)(direction == Direction.Ingress ? get.Length - at : 0), 1000);
            http.Response(direction == Direction.Egress ? ok[..at] : ok, 2000);
            http.Cut(Direction.Egress, (ulong)(direction == Direction.Egress ? ok.Length - at : 0), 2000);
            http.Request(NextRequest, 5000).Response(NextResponse, 6000).Close();

            Assert.Equal((at, Next), (at, http.Rows[^1].Summary));
            Assert.Equal((at, 1000L), (at, http.Rows[^1].Int("latency")));
            var size = at >= startLine + 19 ? 3 : 0; // once its header was there
            var first = direction == Direction.Ingress ? $"POST /1 {size} -> 200 3" : $"POST /1 3 -> 200 {size}";
            var expected = at >= startLine ? [first]
                : direction == Direction.Ingress ? (string[])[]
                : ["POST /1 3 -> 0 0"];
            Assert.Equal((at, string.Join(';', expected)), (at, string.Join(';', http.Summaries[..^1])));
        }
    }

    [Fact]
    public void OnData_CutInAChunkedBody_EndsTheRowAtOnce()
    {
        using var http = new HttpHarness();

        http.Request(Get, 1000);
        http.Response(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", 2000);
        http.Cut(Direction.Egress, 5000, 2000);

        Assert.Equal(("GET /1 0 -> 200 5", "hel... [TRUNCATED]"), (http.Row.Summary, http.Row.Text("resp_body")));
        http.Request(NextRequest, 5000).Response("7\r\nmore\r\n0\r\n\r\n" + NextResponse, 6000);
        Assert.Equal(Next, http.Rows[^1].Summary);
    }

    [Fact]
    public void OnData_CutWithinPipelinedResponses_PairsNoneWrong()
    {
        using var http = new HttpHarness();

        http.Request("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\n\r\n", 1000);
        http.Response(Ok + "HTTP/1.1 201 Created\r\nServer", 2000).Cut(Direction.Egress, 500, 2000);
        http.Response(Ok, 3000).Close();

        Assert.Equal(["GET /1 0 -> 200 2", "GET /2 0 -> 201 0", "GET /3 0 -> 0 0"], http.Summaries);
    }

    [Fact]
    public void OnData_CutOfAnUpgrade_EndsTheSession()
    {
        using var http = new HttpHarness();

        http.Request("GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", 1000);
        http.Response("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nX", 2000).Cut(Direction.Egress, 500, 2000);

        Assert.Equal("GET /ws 0 -> 101 0", http.Row.Summary);
        Assert.Equal(Sessions.SessionState.EndOfStream, http.Session.State);
        Assert.Equal(0, http.Session.RetainedBytes);
    }

    [Fact]
    public void OnData_CutOfALaterCall_DropsWhatCameBefore()
    {
        using var http = new HttpHarness();

        http.Request("GET /1 HTTP/1.1\r\nHost", 1000).Response(Ok, 2000).Cut(Direction.Ingress, 900, 3000);
        http.Request(NextRequest, 5000).Response(NextResponse, 6000);

        Assert.Equal([Next], http.Summaries);
        Assert.Equal(1, http.Counters.ResponsesWithoutRequest);
    }
}
