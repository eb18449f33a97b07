using PixieOrleans.Model;
using PixieOrleans.TestKit.Recordings;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Http;

/// <summary>Bytes of real peers, recorded by Fixtures/record-http.py; each file names its origin.</summary>
public sealed class HttpRecordedTests
{
    // Worked out from the same bytes by http.client of Python 3.
    public static TheoryData<string, string[]> Recordings => new()
    {
        {
            "nginx-curl",
            [
                "GET /hi 0 -> 200 3", "GET /index.html 0 -> 200 2414", "GET /none 0 -> 404 153",
                "HEAD /index.html 0 -> 200 0", "HEAD /data.json 0 -> 200 0", "GET /data.json 0 -> 200 641",
                "GET /index.html 0 -> 200 69", "POST /hi 20 -> 200 3", "GET /index.html 0 -> 206 10",
                "GET /index.html 0 -> 200 2414",
            ]
        },
        {
            "apache-curl",
            [
                "GET /hi 0 -> 404 236", "GET /index.html 0 -> 200 2414", "GET /none 0 -> 404 236",
                "HEAD /index.html 0 -> 200 0", "HEAD /data.json 0 -> 200 0", "GET /data.json 0 -> 200 659",
                "GET /index.html 0 -> 200 62", "POST /hi 20 -> 404 236", "GET /index.html 0 -> 206 10",
                "GET /index.html 0 -> 200 2414",
            ]
        },
        {
            "python-urllib",
            [
                "GET /index.html 0 -> 200 2414", "GET /data.json 0 -> 200 3202",
            ]
        },
        {
            "node-fetch",
            [
                "GET /a 0 -> 200 15", "POST /echo 61 -> 200 61", "GET /b?x=1 0 -> 200 15",
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

    [Fact]
    public void OnData_GzipBodies_AreInflated()
    {
        var row = Replay("nginx-curl", int.MaxValue).First(r => r.Text("resp_headers").Contains("gzip")
            && r.Text("req_path") == "/data.json");

        Assert.StartsWith("""{"items":[{"id":0},{"id":1},""", row.Text("resp_body"));
        Assert.EndsWith("... [TRUNCATED]", row.Text("resp_body"));
        Assert.Equal((512 + 15, 1L), (row.Text("resp_body").Length, row.Int("content_type")));
    }

    [Fact]
    public void OnData_FormOfCurl_IsDecoded() =>
        Assert.Contains("field=a b!&other=2", Replay("nginx-curl", int.MaxValue).Select(r => r.Text("req_body")));

    [Fact]
    public void OnData_RepeatedHeaderOfNode_IsJoined() =>
        Assert.Contains("\"Set-Cookie\":\"a=1, b=2\"", Replay("node-fetch", int.MaxValue)[0].Text("resp_headers"));

    private static List<RecordedRow> Replay(string name, int chunk)
    {
        var rows = new List<RecordedRow>();
        var timeNs = 0L;
        foreach (var connection in Recording.Read($"http/{name}"))
        {
            using var http = new HttpHarness(role: Role.None);
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
