using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Http;

public sealed class HttpGapTests
{
    private const long Second = 1_000_000_000;

    // Four exchanges: by length, chunked, by length again (JSON), and a last one that must always be whole.
    private static readonly string[] Requests =
    [
        "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST /2 HTTP/1.1\r\nContent-Length: 11\r\n\r\nhello world",
        "GET /3 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /4 HTTP/1.1\r\nHost: h\r\n\r\n",
    ];

    private static readonly string[] Responses =
    [
        "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n01234567890123456789",
        "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
        "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"a\": 1}",
        "HTTP/1.1 203 X\r\nContent-Length: 2\r\n\r\nok",
    ];

    private static readonly string[] Expected =
        ["GET /1 0 -> 200 20", "POST /2 11 -> 201 11", "GET /3 0 -> 202 8", "GET /4 0 -> 203 2"];

    [Theory]
    [InlineData(Direction.Ingress, 1)]
    [InlineData(Direction.Ingress, 9)]
    [InlineData(Direction.Ingress, 60)]
    [InlineData(Direction.Egress, 1)]
    [InlineData(Direction.Egress, 13)]
    [InlineData(Direction.Egress, 100)]
    public void OnData_GapAtEveryPosition_LeavesTheOtherRowsIntact(Direction direction, int length)
    {
        var messages = direction == Direction.Ingress ? Requests : Responses;
        var intactFrom = messages[..^1].Sum(m => m.Length);
        for (var at = 0; at + length <= intactFrom; at++)
        {
            using var http = new HttpHarness();

            Play(http, direction, (ulong)at, (ulong)length);
            http.Close(9 * Second);

            var hit = Touched(messages, at, length);
            foreach (var i in Enumerable.Range(0, Expected.Length).Where(i => !hit.Contains(i)))
            {
                Assert.True(http.Summaries.Count(s => s == Expected[i]) == 1,
                    $"gap of {length} at {at}: {Expected[i]} not in {string.Join("; ", http.Summaries)}");
            }

            Assert.Equal((at, (long)length), (at, http.Counters.GapBytes));
            Assert.Equal(SessionState.Active, http.Session.State);
            Assert.True(http.Rows.Count <= Expected.Length);
        }
    }

    [Fact]
    public void OnData_GapInsideABodyOfKnownLength_KeepsTheRow()
    {
        using var http = new HttpHarness();

        http.Request("GET / HTTP/1.1\r\n\r\n", 1);
        http.Response("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\nabc", 5);
        http.Miss(Direction.Egress, 990).Response("7654321", 9);

        Assert.Equal(("GET / 0 -> 200 1000", "abc... [TRUNCATED]", 8L), (
            http.Row.Summary, http.Row.Text("resp_body"), http.Row.Int("latency")));
        Assert.Equal((1L, 990L), (http.Counters.Gaps, http.Counters.GapBytes));
    }

    [Fact]
    public void OnData_EmptyPayloadAfterABodyThatWasNotCaptured_EndsTheRowThere()
    {
        using var http = new HttpHarness();

        http.Request("GET /file HTTP/1.1\r\n\r\n", 1);
        http.Response("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5000\r\n\r\n", 5);
        http.Miss(Direction.Egress, 5000).Response("", 42);

        Assert.Equal(("GET /file 0 -> 200 5000", 41L), (http.Row.Summary, http.Row.Int("latency")));
    }

    [Fact]
    public void OnData_BodyNeverCaptured_IsPassedByTheNextMessage()
    {
        using var http = new HttpHarness();

        http.Request(Requests[0], 1).Response("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", 5);
        http.Miss(Direction.Egress, 5000).Request(Requests[3], 20).Response(Responses[3], 30);

        Assert.Equal(["GET /1 0 -> 200 5000", "GET /4 0 -> 203 2"], http.Summaries);
        Assert.Equal([4L, 10L], http.Rows.Select(r => r.Int("latency")));
    }

    [Fact]
    public void OnClose_TotalsBeyondTheLastByte_CountAGap()
    {
        using var http = new HttpHarness();

        http.Request(Requests[0], 1).Response("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", 5);
        http.Miss(Direction.Egress, 5000).Close(50);

        Assert.Equal("GET /1 0 -> 200 5000", http.Row.Summary);
        Assert.Equal(5000, http.Counters.GapBytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(40)]
    public void OnData_ChunksOutOfOrderAndRepeated_WriteTheSameRows(int chunk)
    {
        for (var seed = 0; seed < 100; seed++)
        {
            using var http = new HttpHarness();
            var (request, response) = (HttpHarness.Bytes(Requests[1]), HttpHarness.Bytes(Responses[1]));

            foreach (var fragment in Shuffled(request, chunk, seed))
            {
                http.SendFragment(Direction.Ingress, fragment, 1);
            }

            foreach (var fragment in Shuffled(response, chunk, seed))
            {
                http.SendFragment(Direction.Egress, fragment, 2);
            }

            http.Request(Requests[3], 3).Response(Responses[3], 4);
            Assert.Equal([Expected[1], Expected[3]], http.Summaries);
            Assert.Equal(0, http.Session.RetainedBytes);
        }
    }

    [Fact]
    public void OnTick_BytesBehindAGap_ArePatientForASecond()
    {
        using var http = new HttpHarness();
        http.Miss(Direction.Ingress, 10).Request(Requests[0], Second);

        http.Session.OnTick((2 * Second) - 1);
        Assert.Equal(0, http.Counters.Gaps);
        http.Session.OnTick(2 * Second);
        http.Response(Responses[0], 3 * Second);

        Assert.Equal(Expected[0], http.Row.Summary);
        Assert.Equal((1L, 10L), (http.Counters.Gaps, http.Counters.GapBytes));
    }

    [Fact]
    public void OnData_ResponsesLost_NextOneGoesToTheNewestRequest()
    {
        using var http = new HttpHarness();

        http.Request(Requests[0], 1).Miss(Direction.Egress, 300);
        http.Request(Requests[2], 10).Response(Responses[2], 15);
        http.Session.OnTick(3 * Second);

        Assert.Equal(["GET /1 0 -> 0 0", Expected[2]], http.Summaries);
        Assert.Equal(5, http.Rows[1].Int("latency"));
    }

    [Fact]
    public void OnData_Midstream_StartsAtTheNextMessage()
    {
        using var http = new HttpHarness(midstream: true);

        http.Response("nd of an old body</html>\n");
        http.Request("old: header\r\n\r\n" + Requests[0]).Response(Responses[0]);

        Assert.Equal(Expected[0], http.Row.Summary);
        Assert.Equal(0, http.Counters.InvalidFrames);
    }

    [Fact]
    public void OnData_MidstreamAnswerToAnUnseenHead_DoesNotSwallowTheNext()
    {
        using var http = new HttpHarness(midstream: true);

        http.Response("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
        http.Request(Requests[0]).Response(Responses[0]);

        Assert.Equal(Expected[0], http.Row.Summary);
    }

    [Fact]
    public void OnData_EndlessBytesBehindAGap_StayWithinTheBound()
    {
        using var http = new HttpHarness(new() { StreamBytes = 4096, GapPatience = TimeSpan.FromHours(1) });
        http.Miss(Direction.Ingress, 1);

        for (var i = 0; i < 1000; i++)
        {
            http.Request(new string('X', 100), 1);
            Assert.InRange(http.Session.RetainedBytes, 0, 64 << 10);
        }

        Assert.True(http.Counters.DroppedBytes > 90_000);
    }

    private static void Play(HttpHarness http, Direction direction, ulong at, ulong length)
    {
        var positions = new ulong[2];
        for (var i = 0; i < Requests.Length; i++)
        {
            foreach (var (way, text) in new[] { (Direction.Ingress, Requests[i]), (Direction.Egress, Responses[i]) })
            {
                var whole = new Fragment(positions[(int)way], HttpHarness.Bytes(text));
                positions[(int)way] = whole.End;
                foreach (var piece in way == direction ? Fragments.Without(whole, at, length) : [whole])
                {
                    http.SendFragment(way, piece, (i * 10) + (long)way);
                }
            }
        }
    }

    private static Fragment[] Shuffled(byte[] bytes, int chunk, int seed) =>
        Fragments.Shuffle(Fragments.InChunks(bytes, chunk).Concat(Fragments.InChunks(bytes, (2 * chunk) + 1)), seed);

    private static HashSet<int> Touched(string[] messages, int at, int length)
    {
        var hit = new HashSet<int>();
        for (int i = 0, start = 0; i < messages.Length; start += messages[i++].Length)
        {
            if (at < start + messages[i].Length && start < at + length)
            {
                hit.Add(i);
            }
        }

        return hit;
    }
}
