using System.Globalization;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Http2;
using PixieOrleans.TestKit;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests.Http2;

/// <summary>Bytes of real peers, recorded by Fixtures/record-http2.py; each file names its origin.</summary>
public sealed class Http2RecordedTests
{
    // Worked out from the same bytes by hpack 4.0 of Python 3.
    public static TheoryData<string, string[]> Recordings => new()
    {
        {
            "nghttp", // the second of each "/index.html" is pushed
            [
                "GET /index.html 0 -> 200 2414", "GET /data.json 0 -> 200 3202", "GET /none 0 -> 404 148",
                "GET /data.json 0 -> 200 3202", "POST /index.html 3202 -> 200 2414", "GET /data.json 0 -> 200 3202",
                .. Enumerable.Repeat("GET /data.json 0 -> 200 3202", 12),
            ]
        },
        {
            "apache-curl", // the last request's header block has a CONTINUATION
            [
                "GET /index.html 0 -> 200 2414", "GET /data.json 0 -> 200 659", "HEAD /data.json 0 -> 200 0",
                "POST /none 20 -> 404 236", "GET /index.html 0 -> 431 313",
            ]
        },
        {
            "grpc-python",
            [
                "POST /demo.Greeter/Hello 12 -> 200 21", "POST /demo.Greeter/Hello 90 -> 200 99",
                "POST /demo.Greeter/Hello 30 -> 200 116", "POST /demo.Greeter/Fail 5 -> 200 0",
                "POST /demo.Greeter/Many 10 -> 200 39", "POST /demo.Greeter/Collect 16 -> 200 24",
                "POST /demo.Greeter/Chat 22 -> 200 22",
            ]
        },
        {
            "etcd", // a watch that is broken off, too
            [
                "POST /etcdserverpb.KV/Put 22 -> 200 32", "POST /etcdserverpb.Watch/Watch 17 -> 200 95",
                "POST /etcdserverpb.KV/Range 15 -> 200 59", "POST /etcdserverpb.KV/Put 24 -> 200 32",
            ]
        },
        {
            "kestrel-httpclient",
            [
                "GET /json 0 -> 200 26", "POST /echo 10 -> 200 10", "POST /echo 7 -> 200 7",
                "GET /missing 0 -> 404 0",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Recordings))]
    public void OnData_AsRecorded_WritesARowPerExchange(string name, string[] expected)
    {
        var rows = Replay(name, int.MaxValue);

        Assert.Equal(expected, rows.Select(r => r.Summary));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void OnData_RecordedInSmallPieces_WritesTheSameRows(string name, string[] expected)
    {
        var whole = Replay(name, int.MaxValue);
        foreach (var chunk in (int[])[1, 2, 7, 100])
        {
            var rows = Replay(name, chunk);

            Assert.Equal(expected, rows.Select(r => r.Summary));
            Assert.Equal(whole.Select(r => r.Text("resp_body")), rows.Select(r => r.Text("resp_body")));
            Assert.Equal(whole.Select(r => r.Text("resp_headers")), rows.Select(r => r.Text("resp_headers")));
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void OnData_JoinedAtAnyChunk_WritesNoWrongRow(string name, string[] expected)
    {
        foreach (var chunks in Recording.Read($"http2/{name}"))
        {
            for (var first = 1; first < chunks.Count; first++)
            {
                using var http = Harness(midstream: true);
                foreach (var (direction, bytes) in chunks.Skip(first))
                {
                    http.Send(direction, bytes, 1000);
                }

                AssertNoWrongRow(expected, http.Close());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void OnData_WithoutAnyOneChunk_WritesNoWrongRow(string name, string[] expected)
    {
        foreach (var chunks in Recording.Read($"http2/{name}"))
        {
            for (var missing = 0; missing < chunks.Count; missing++)
            {
                using var http = Harness(midstream: false);
                for (var i = 0; i < chunks.Count; i++)
                {
                    var (direction, bytes) = chunks[i];
                    _ = i == missing ? http.Miss(direction, (ulong)bytes.Length) : http.Send(direction, bytes, i);
                }

                AssertNoWrongRow(expected, http.Close());
            }
        }
    }

    [Fact]
    public void OnData_CallsOfGrpc_AreShownAsText()
    {
        var rows = Replay("grpc-python", int.MaxValue);

        Assert.Equal(
            [
                """1: "world" """.TrimEnd(),
                """1: "a name of more than sixty-four characters that must be cut somew... [TRUNCATED]" """.TrimEnd(),
                $"1: \"{new string('z', 64)}... [TRUNCATED]\"",
                "",
                """1: "all" """.TrimEnd(),
                """1: "a" """.TrimEnd() + "\n" + """1: "b" """.TrimEnd(),
                """1: "ping" """.TrimEnd() + "\n" + """1: "pong" """.TrimEnd(),
            ],
            rows.Select(r => r.Text("req_body")));
        Assert.Equal(
            [
                """1: "hello world" 2: 150""",
                """1: "hello a name of more than sixty-four characters that must be cut... [TRUNCATED]" 2: 150""",
            ],
            rows.Take(2).Select(r => r.Text("resp_body")));
        Assert.Equal("1: \"item 0\"\n1: \"item 1\"\n1: \"item 2\"", rows[4].Text("resp_body"));
        Assert.Equal("""2 { 1: "2 requests" 3: 0x0000000a }""", rows[5].Text("resp_body"));
        Assert.All(rows, r => Assert.Equal((2, 0, 2), (
            r.Int("major_version"), r.Int("minor_version"), r.Int("content_type"))));
    }

    [Fact]
    public void OnData_CallsOfEtcd_AreShownAsText()
    {
        var rows = Replay("etcd", int.MaxValue);

        Assert.Equal("""1: "greeting" 2: "hello" """.TrimEnd(), rows[0].Text("req_body"));
        Assert.Equal("""1 { 1: "greeting" }""", rows[1].Text("req_body"));
        Assert.Equal(2, rows[1].Text("resp_body").Split('\n').Length); // created, changed
        Assert.Contains("5: \"changed\"", rows[1].Text("resp_body"));
    }

    [Fact]
    public void OnData_TrailersOfGrpc_FollowTheHeaders()
    {
        var rows = Replay("grpc-python", int.MaxValue);

        Assert.EndsWith(""","grpc-status":"0","x-cost":"7"}""", rows[0].Text("resp_headers"));
        Assert.Contains("\"grpc-status\":\"5\"", rows[3].Text("resp_headers"));
        Assert.Contains("\"grpc-message\":\"no such thing\"", rows[3].Text("resp_headers"));
        Assert.Contains("\"x-id\":\"42\"", rows[0].Text("req_headers"));
        Assert.All(rows, r => Assert.Equal("OK", r.Text("resp_message")));
    }

    [Fact]
    public void OnData_BodiesOfText_AreShown()
    {
        var rows = Replay("apache-curl", int.MaxValue);

        Assert.StartsWith("""{"items":[{"id":0},""", rows[1].Text("resp_body")); // inflated
        Assert.Equal(1, rows[1].Int("content_type"));
        Assert.Equal("field=a b!&other=2", rows[3].Text("req_body"));
    }

    // Sizes are of what was seen; a path that is not known agrees with any.
    private static bool Agrees(string expected, RecordedRow row)
    {
        var words = expected.Split(' ');
        return words[0] == row.Text("req_method")
            && (words[1] == row.Text("req_path") || row.Text("req_path") == "[UNKNOWN]")
            && words[4] == $"{row.Int("resp_status")}"
            && int.Parse(words[2], CultureInfo.InvariantCulture) >= row.Int("req_body_size")
            && int.Parse(words[5], CultureInfo.InvariantCulture) >= row.Int("resp_body_size");
    }

    private static SessionHarness Harness(bool midstream) =>
        new(new Http2Protocol(new HttpOptions(), new FramingOptions()), Role.None, midstream);

    private static void AssertNoWrongRow(string[] expected, SessionHarness http) => Assert.All(
        http.Rows.Where(row => row.Int("resp_status") >= 0),
        row => Assert.Contains(expected, e => Agrees(e, row)));

    private static List<RecordedRow> Replay(string name, int chunk)
    {
        var rows = new List<RecordedRow>();
        var timeNs = 0L;
        foreach (var connection in Recording.Read($"http2/{name}"))
        {
            using var http = Harness(midstream: false);
            foreach (var (direction, bytes) in connection)
            {
                foreach (var piece in Fragments.InChunks(bytes, chunk))
                {
                    http.Send(direction, piece.Bytes, ++timeNs);
                }
            }

            rows.AddRange(http.Close(++timeNs).Rows);
            Assert.Equal(
                (0L, 0L, 0L),
                (http.Counters.InvalidFrames, http.Counters.DroppedBytes, http.Session.RetainedBytes));
        }

        return rows;
    }
}
