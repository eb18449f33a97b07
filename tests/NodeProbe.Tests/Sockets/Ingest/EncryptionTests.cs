using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.NodeProbe.Sockets.Ingest;
using PixieOrleans.Protocols;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Tables.Store;
using PixieOrleans.TestKit.Sockets;

namespace PixieOrleans.NodeProbe.Tests.Sockets.Ingest;

/// <summary>Connections that begin in plain bytes and go on as TLS.</summary>
public sealed class EncryptionTests : IDisposable
{
    private readonly FakeSocketProbe _probe = new();
    private readonly TableStore _store;
    private readonly IngestShard _shard;

    public EncryptionTests()
    {
        var protocols = new ProtocolRegistry(new HttpOptions(), new FramingOptions()).Definitions;
        _store = new TableStore([.. protocols.Select(p => p.Table).Distinct()], 256 << 20, shards: 1);
        var sessions = new SessionFactory(protocols, new NodeProbeOptions().RolesOf(protocols), _store, 0, asid: 9);
        _shard = new IngestShard(0, _probe, new ShardSettings { Asid = 9 }, sessions, new BootClock(() => (0, 0)));
    }

    public void Dispose() => _probe.Dispose();

    [Fact]
    public void Pgsql_ThatGoesOnAsTls_HasARowOfItsHandshake()
    {
        var connection = _probe.Connect(protocol: Model.Protocol.Pgsql);
        connection.Receive([0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f]); // SSLRequest
        connection.Send("S"u8);

        Shake(connection);
    }

    [Fact]
    public void Mysql_ThatGoesOnAsTls_HasARowOfItsHandshake()
    {
        var connection = _probe.Connect(protocol: Model.Protocol.Mysql);
        connection.Send([
            44, 0, 0, 0, 10, .. "8.0.36\0"u8, 1, 0, 0, 0, .. "12345678"u8, 0, 0xff, 0xff, 33, 2, 0, 0xff, 0xff, 21,
            .. new byte[10], .. "12345\0"u8,
        ]);
        connection.Receive([32, 0, 0, 1, 0, 0x0a, 0, 0, 0, 0, 0, 1, 33, .. new byte[23]]);

        Shake(connection);
    }

    [Fact]
    public void Nats_ThatGoesOnAsTls_HasARowOfItsHandshakeAndOneOfItsGreeting()
    {
        var connection = _probe.Connect(protocol: Model.Protocol.Nats);
        connection.Send("INFO {\"tls_available\":true}\r\n"u8);

        Shake(connection);
        Assert.Equal(["INFO {\"tls_available\":true}"], TableText.Read(_store, "nats_events.beta", "cmd", "body"));
    }

    private void Shake(FakeConnection connection)
    {
        connection.Receive(Hello(1));
        connection.Send(Hello(2));
        connection.Receive([0x17, 3, 3, 0, 5, 1, 2, 3, 4, 5]);
        connection.Close();

        _shard.Pass();

        Assert.Single(TableText.Read(_store, "tls_events", "req_type"));
        Assert.Equal((0L, 0L), (_shard.Counters.Demotions, _shard.Counters.SessionFaults));
        Assert.Equal(0, _shard.SessionCounters.Sum(c => c.InvalidFrames + c.DroppedBytes + c.RequestsWithoutResponse));
        Assert.Equal(0, _shard.Counters.Sessions);
    }

    // ClientHello or ServerHello of TLS 1.2 with one cipher suite.
    private static byte[] Hello(byte type)
    {
        byte[] suites = type == 1 ? [0, 2, 0xc0, 0x2f, 1, 0] : [0xc0, 0x2f, 0];
        byte[] body = [3, 3, .. new byte[32], 0, .. suites, 0, 0];
        return [0x16, 3, 3, 0, (byte)(body.Length + 4), type, 0, 0, (byte)body.Length, .. body];
    }
}
