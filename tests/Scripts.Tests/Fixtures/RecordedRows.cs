using System.Net;
using PixieOrleans.Model;
using PixieOrleans.Protocols;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>
/// Rows of bytes that passed between real peers, parsed as if pods of the small cluster had been the peers.
/// </summary>
internal sealed class RecordedRows
{
    private const long SpanNs = 20L * 1_000_000_000; // a recording passes within this time, whatever it took
    private const int FirstClientPort = 40_000;

    private static readonly ProtocolRegistry Protocols = new(new HttpOptions(), new FramingOptions());

    private readonly Func<FixturePod, FixtureNode> _nodeOf;
    private int _connections;

    private RecordedRows(Func<FixturePod, FixtureNode> nodeOf) => _nodeOf = nodeOf;

    /// <summary>Writes the rows of all recordings.</summary>
    public static void Write(Func<FixturePod, FixtureNode> nodeOf)
    {
        var (front, cart1, cart2, db, broker) =
            (FixturePod.Front, FixturePod.Cart1, FixturePod.Cart2, FixturePod.Db, FixturePod.Broker);
        var rows = new RecordedRows(nodeOf);
        var shop = Recording.Read("http/shop");
        rows.Serve(Protocol.Http, [shop[0]], cart1, 8080, front.Ip);
        rows.Serve(Protocol.Http, [shop[1]], cart2, 8080, front.Ip);
        rows.Serve(Protocol.Http, [shop[2]], front, 80, "198.51.100.7");
        rows.Ask(Protocol.Http, [shop[3]], front, 80, Events.Outside);
        rows.Serve(Protocol.Http2, Recording.Read("http2/grpc-python"), cart2, 50051, front.Ip);
        rows.Ask(Protocol.Dns, Recording.Read("dns/dnsmasq-shop"), front, 53, "192.0.2.53");
        rows.Serve(Protocol.Mysql, Recording.Read("mysql/mariadb-mysqlconnector"), db, 3306, cart1.Ip, cart2.Ip);
        rows.Serve(Protocol.Mysql, Recording.Read("mysql/mariadb-mariadb"), db, 3306, cart2.Ip, cart1.Ip);
        rows.Serve(Protocol.Pgsql, Recording.Read("pgsql/pgbench-extended"), db, 5432, cart1.Ip, cart2.Ip);
        rows.Serve(Protocol.Pgsql, Recording.Read("pgsql/psql"), db, 5432, cart2.Ip, cart1.Ip);
        rows.Serve(Protocol.Redis, Recording.Read("redis/redis-py"), db, 6379, cart1.Ip, cart2.Ip);
        rows.Serve(Protocol.Memcached, Recording.Read("memcached/text"), db, 11211, cart1.Ip);
        rows.Serve(Protocol.Cql, Recording.Read("cql/python-v4-lz4"), db, 9042, cart1.Ip, cart2.Ip);
        rows.Serve(Protocol.Mongo, Recording.Read("mongo/pymongo"), db, 27017, cart1.Ip, cart2.Ip);
        rows.Serve(Protocol.Kafka, Recording.Read("kafka/kcat"), broker, 9092, cart1.Ip, front.Ip);
        rows.Serve(Protocol.Amqp, Recording.Read("amqp/rabbitmq-pika"), broker, 5672, cart1.Ip, front.Ip);
        rows.Serve(Protocol.Nats, Recording.Read("nats/nats-server-raw"), broker, 4222, cart1.Ip);
        rows.Serve(Protocol.Mqtt, Recording.Read("mqtt/mosquitto-paho-v5"), broker, 1883, cart2.Ip);
        rows.Serve(Protocol.Tls, Recording.Read("tls/nginx-curl"), front, 443, "198.51.100.7");
    }

    /// <summary>A pod is asked; the connections are of the peers in turn.</summary>
    private void Serve(
        Protocol protocol,
        IReadOnlyList<IReadOnlyList<RecordedChunk>> connections,
        FixturePod pod,
        ushort port,
        params string[] peers) => Play(protocol, Role.Server, connections, pod, port, peers);

    /// <summary>A pod asks a peer.</summary>
    private void Ask(
        Protocol protocol,
        IReadOnlyList<IReadOnlyList<RecordedChunk>> connections,
        FixturePod pod,
        ushort port,
        string peer) => Play(protocol, Role.Client, connections, pod, port, peer);

    private void Play(
        Protocol protocol,
        Role role,
        IReadOnlyList<IReadOnlyList<RecordedChunk>> connections,
        FixturePod pod,
        ushort port,
        params string[] peers)
    {
        var definition = Protocols.Find(protocol)!;
        var counters = new SessionCounters();
        var clock = new Clock(SpanNs / connections.Sum(connection => connection.Count + 1));
        for (var i = 0; i < connections.Count; i++)
        {
            var clientPort = (ushort)(FirstClientPort + _connections++);
            var (localPort, remotePort) = role == Role.Server ? (port, clientPort) : (clientPort, port);
            var context = new SessionContext
            {
                Id = new ConnectionId(pod.Upid, Fd: _connections, Generation: 1),
                Local = EndpointOf(pod.Ip, localPort),
                Remote = EndpointOf(peers[i % peers.Length], remotePort),
                Role = role,
                IsDatagram = protocol == Protocol.Dns,
                Rows = _nodeOf(pod).Tables.Writer(definition.Table.Name, shard: 0),
                Counters = counters,
            };
            Pass(definition.CreateSession(context), connections[i], clock, reverse: role == Role.Client);
        }

        Assert.NotEqual(0, counters.Records);
    }

    private static void Pass(
        IProtocolSession session, IReadOnlyList<RecordedChunk> chunks, Clock clock, bool reverse)
    {
        using var ended = session;
        var positions = new ulong[2];
        foreach (var (recorded, bytes) in chunks)
        {
            var direction = !reverse ? recorded
                : recorded == Direction.Ingress ? Direction.Egress : Direction.Ingress;
            session.OnData(direction, positions[(int)direction], clock.Next(), bytes);
            positions[(int)direction] += (ulong)bytes.Length;
        }

        session.OnClose(clock.Next(), positions[(int)Direction.Egress], positions[(int)Direction.Ingress]);
    }

    private static Endpoint EndpointOf(string address, ushort port) =>
        Endpoint.FromNetworkBytes(IPAddress.Parse(address).GetAddressBytes(), port);

    /// <summary>Times of chunks: a step apart, give or take a fifth.</summary>
    private sealed class Clock(long stepNs)
    {
        private long _nowNs = Events.Time(0);
        private int _count;

        public long Next() => _nowNs += stepNs * (8 + (_count++ % 5)) / 10;
    }
}
