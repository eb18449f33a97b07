using PixieOrleans.Model;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.TestKit;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests.Http;

[Collection(AllocationCollection.Name)]
public sealed class HttpAllocationTests
{
    private const int MaxSessionBytes = 800;
    private static readonly HttpOptions Options = new();

    private static readonly byte[] Get = "GET /a?b=c HTTP/1.1\r\nHost: h\r\nAccept: \"x\"\r\n\r\n"u8.ToArray();

    private static readonly byte[] Ok = HttpHarness.Bytes(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 700\r\n\r\n" + new string('x', 700));

    private static readonly byte[] Chunked = HttpHarness.Bytes(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");

    private static readonly byte[] Gzip = Deflated();

    public static TheoryData<string, byte[][]> Answers => new()
    {
        { "one chunk", [Ok] },
        { "head and body apart", [Ok[..^700], Ok[^700..]] },
        { "chunked", [Chunked] },
        { "gzip", [Gzip] },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void OnData_SteadyPath_AllocatesNothing(string what, byte[][] answer)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(what);

        SteadyTraffic.AllocatesNothing(new HttpProtocol(Options), rows: 1, [
            new(Direction.Ingress, Get), .. answer.Select(bytes => new RecordedChunk(Direction.Egress, bytes))]);
    }

    [Fact]
    public void CreateSession_IdleAfterAnExchange_CostsLittle()
    {
        const int Count = 2000;
        var rows = new NullRows();
        var sessions = new IProtocolSession[Count];
        var contexts = Enumerable.Range(0, Count).Select(_ => CreateContext(rows)).ToArray();

        var bytes = Allocations.Least(() => Warm(sessions, contexts), MaxSessionBytes * Count) / Count;

        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes} bytes per idle session");
        Assert.InRange(bytes, 1, MaxSessionBytes);
        Assert.All(sessions, s => Assert.Equal(0, s.RetainedBytes));
    }

    private static void Warm(IProtocolSession[] sessions, SessionContext[] contexts)
    {
        for (var i = 0; i < sessions.Length; i++)
        {
            sessions[i] = new HttpProtocol(Options).CreateSession(contexts[i]);
            sessions[i].OnData(Direction.Ingress, 0, 1, Get);
            sessions[i].OnData(Direction.Egress, 0, 2, Ok);
        }
    }

    private static SessionContext CreateContext(IRowWriter rows) => new()
    {
        Id = new ConnectionId(new Upid(1, 2, 3), 4, 5),
        Local = Endpoint.FromNetworkBytes([10, 0, 0, 1], 80),
        Remote = Endpoint.FromNetworkBytes([10, 0, 0, 2], 4000),
        Role = Role.Server,
        Rows = rows,
        Counters = new SessionCounters(),
    };

    private static byte[] Deflated()
    {
        using var stream = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionLevel.Optimal))
        {
            gzip.Write(HttpHarness.Bytes(string.Concat(Enumerable.Range(0, 500).Select(i => $"line {i};"))));
        }

        var body = stream.ToArray();
        return
        [
            .. HttpHarness.Bytes("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n"
                + $"Content-Length: {body.Length}\r\n\r\n"),
            .. body,
        ];
    }
}
