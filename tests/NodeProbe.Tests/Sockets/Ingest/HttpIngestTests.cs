using System.Text;
using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.NodeProbe.Sockets.Ingest;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Tables.Store;
using PixieOrleans.TestKit;
using PixieOrleans.TestKit.Sockets;

namespace PixieOrleans.NodeProbe.Tests.Sockets.Ingest;

/// <summary>Shards with the real HTTP sessions and the real table.</summary>
public sealed class HttpIngestTests : IDisposable
{
    private readonly FakeSocketProbe _probe = new();
    private readonly HttpProtocol _http = new(new HttpOptions());
    private readonly TableStore _store;
    private readonly IngestShard _shard;

    public HttpIngestTests()
    {
        _store = new TableStore([_http.Table], 256 << 20, shards: 1);
        var sessions = new SessionFactory([_http], new NodeProbeOptions().RolesOf([_http]), _store, 0, asid: 9);
        var settings = new ShardSettings { Asid = 9 };
        _shard = new IngestShard(0, _probe, settings, sessions, new BootClock(() => (0, 0)));
    }

    public void Dispose() => _probe.Dispose();

    [Fact]
    public void Exchange_OnOneConnection_IsARow()
    {
        Exchange(_probe.Connect(tgid: 42, remote: "[2001:db8::1]:4000", local: "[2001:db8::2]:80"), "/one");

        _shard.Pass();

        Assert.Equal(
            ["9:42:7 2001:db8::1 4000 2001:db8::2 80 2 GET /one 200 hello"],
            TableText.Read(
                _store, "http_events", "upid", "remote_addr", "remote_port", "local_addr", "local_port", "trace_role",
                "req_method", "req_path", "resp_status", "resp_body"));
    }

    [Fact]
    public void Exchange_AfterTheOpenEventWasLost_IsParsedWithoutAFalseGap()
    {
        var connection = _probe.Connect(loseOpen: true);
        connection.SendLost(1_000_000);
        Exchange(connection, "/one");
        Exchange(connection, "/two");

        _shard.Pass();

        Assert.Equal(["/one", "/two"], TableText.Read(_store, "http_events", "req_path"));
        Assert.Equal(0, _shard.SessionCounters[0].GapBytes);
    }

    [Fact]
    public void Exchange_InPlaintextOfATlsLibrary_TakesThePlaceOfTheSocketsBytes()
    {
        var connection = _probe.Connect();
        connection.Receive([0x16, 3, 1, 0, 2, 1, 2]);
        connection.Send([0x16, 3, 3, 0, 2, 2, 2]);
        connection.BecomePlaintext();
        Exchange(connection, "/one");
        Exchange(connection, "/two");
        connection.Close();

        _shard.Pass();

        Assert.Equal(["/one true", "/two true"], TableText.Read(_store, "http_events", "req_path", "encrypted"));
        Assert.Equal(0, _shard.SessionCounters[0].GapBytes);
    }

    [Fact]
    public void Exchange_WithItsResponseLost_LeavesNeighboursIntact()
    {
        var connection = _probe.Connect();
        Exchange(connection, "/one");
        connection.Receive(Request("/two"));
        connection.SendLost(Response.Length);
        Exchange(connection, "/three");
        connection.Close();

        _shard.Pass();

        Assert.Equal(
            ["/one 200", "/two 0", "/three 200"],
            TableText.Read(_store, "http_events", "req_path", "resp_status").Order(StringComparer.Ordinal)
                .OrderBy(r => r.StartsWith("/th", StringComparison.Ordinal)));
        Assert.Equal(Response.Length, _shard.SessionCounters[0].GapBytes);
    }

    [Fact]
    public void Garbage_OnAConnectionTakenForHttp_DemotesIt()
    {
        var connection = _probe.Connect();
        var garbage = new byte[300];
        new Random(1).NextBytes(garbage);
        for (var i = 0; i < 100 && _probe.Demoted.IsEmpty; i++)
        {
            connection.Receive(garbage);
            _shard.Pass();
        }

        Assert.Equal([connection.Id], _probe.Demoted);
        Assert.Equal(1, _shard.Counters.Demotions);
        var notice = Assert.Single(_shard.Notices.Take().Notices);
        Assert.Contains("not of the protocol", notice.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Exchanges_OnKnownConnections_AllocateNothing()
    {
        var connections = Enumerable.Range(0, 20).Select(fd => _probe.Connect(fd: fd)).ToArray();
        void Put()
        {
            for (var i = 0; i < 500; i++)
            {
                Exchange(connections[i % connections.Length], "/some/path");
            }
        }

        for (var i = 0; i < 9; i++)
        {
            Put(); // a batch is sealed on the way: its arrays are used again, and large enough
            _shard.Pass();
        }

        var events = 0;
        var allocated = Allocations.Least(() => events = _shard.Pass(), prepare: Put);

        Assert.Equal((1000, 0L), (events, allocated));
    }

    private static ReadOnlySpan<byte> Response =>
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"u8;

    private static byte[] Request(string path) => Encoding.UTF8.GetBytes($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");

    private static void Exchange(FakeConnection connection, string path)
    {
        connection.Receive(Request(path));
        connection.Send(Response);
    }
}
