using System.Text;
using PixieOrleans.Model;

namespace PixieOrleans.TestKit.Recordings;

/// <summary>Exchanges as programs send them, from the recordings of the parsers' tests.</summary>
public static class Exchanges
{
    // What redis-benchmark sends for SET and GET with 3 bytes of data, and the answers.
    private const string RedisSet = "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000012345\r\n$3\r\nxxx\r\n";
    private const string RedisGet = "*2\r\n$3\r\nGET\r\n$16\r\nkey:000000012345\r\n";

    // The second of three messages that RabbitMQ delivers in one write: method, header and 200 bytes of body.
    private static readonly Range AmqpDelivery = 15..278;

    /// <summary>All exchanges.</summary>
    public static IReadOnlyList<Exchange> All() => [.. Requests(), .. Messages()];

    private static IEnumerable<Exchange> Requests() =>
    [
        HttpExchange.Get,
        Recorded("HTTP/1, Kestrel", Protocol.Http, "http/kestrel-httpclient", 0, 0..0, 0..6) with
        {
            Requests = 3,
            AllocatesNothing = true,
        },
        new("Redis SET and GET", Protocol.Redis, [], [.. Ask(RedisSet, "+OK\r\n"), .. Ask(RedisGet, "$3\r\nxxx\r\n")])
        {
            Requests = 2,
            AllocatesNothing = true,
        },
        Recorded("Redis, 20 INCRBY at once", Protocol.Redis, "redis/redis-py", 0, 0..2, 2..4) with
        {
            Requests = 20,
            AllocatesNothing = true,
        },
        Recorded("PostgreSQL, pgbench simple", Protocol.Pgsql, "pgsql/pgbench-simple", 1, 0..2, 2..16) with
        {
            Requests = 7,
            AllocatesNothing = true,
        },
        Recorded("PostgreSQL, pgbench prepared", Protocol.Pgsql, "pgsql/pgbench-prepared", 1, 0..30, 30..44) with
        {
            Requests = 7,
            AllocatesNothing = true,
        },
        Recorded("MySQL select", Protocol.Mysql, "mysql/mysql-mysql", 1, 0..10, 10..12) with
        {
            AllocatesNothing = true,
        },
        Recorded("MySQL prepared execute", Protocol.Mysql, "mysql/mysql-mysqlconnector", 0, 0..17, 17..19) with
        {
            AllocatesNothing = true,
        },
        Recorded("CQL prepared execute", Protocol.Cql, "cql/node-v4", 0, 0..16, 16..18) with
        {
            AllocatesNothing = true,
        },
        Recorded("MongoDB find", Protocol.Mongo, "mongo/pymongo", 1, 0..8, 8..10) with
        {
            AllocatesNothing = true,
        },
        Recorded("MongoDB insert of 5", Protocol.Mongo, "mongo/pymongo", 1, 0..6, 6..8) with
        {
            AllocatesNothing = true,
        },
        Recorded("DNS A", Protocol.Dns, "dns/dnsmasq-dig-udp", 0, 0..0, 0..2) with
        {
            AllocatesNothing = true,
            IsDatagram = true,
        },
        Recorded("CQL query, version 5, LZ4", Protocol.Cql, "cql/python-v5-lz4", 1, 0..18, 18..20),
        Recorded("memcached get", Protocol.Memcached, "memcached/text", 0, 0..2, 2..4),
        Recorded("memcached get, binary", Protocol.Memcached, "memcached/tools-binary", 1, 0..0, 0..2),
    ];

    private static IEnumerable<Exchange> Messages() =>
    [
        Recorded("Kafka produce", Protocol.Kafka, "kafka/confluent", 1, 0..8, 8..10),
        Recorded("Kafka fetch", Protocol.Kafka, "kafka/python", 3, 0..8, 8..10),
        Skipping("HTTP/2 GET", "http2/kestrel-httpclient", 15, 15, 17) with { Stream = 7 },
        Skipping("gRPC unary", "http2/grpc-python", 7, 7, 9) with { Stream = 3 },
        Recorded("NATS publish and deliver", Protocol.Nats, "nats/nats-server-raw", 0, 0..5, 5..7) with
        {
            Requests = 2,
        },
        AmqpPublishAndDeliver(),
        Recorded("MQTT publish, QoS 1", Protocol.Mqtt, "mqtt/mosquitto-v311", 1, 0..2, 2..4),
    ];

    private static Exchange Recorded(
        string name, Protocol protocol, string recording, int connection, Range begin, Range loop)
    {
        RecordedChunk[] chunks = [.. Recording.Read(recording)[connection]];
        return new Exchange(name, protocol, chunks[begin], chunks[loop]);
    }

    // Pings and windows between request and answer belong to the connection, not to the exchange.
    private static Exchange Skipping(string name, string recording, int begin, int request, int response)
    {
        RecordedChunk[] chunks = [.. Recording.Read(recording)[0]];
        return new Exchange(name, Protocol.Http2, chunks[..begin], [chunks[request], chunks[response]]);
    }

    private static Exchange AmqpPublishAndDeliver()
    {
        RecordedChunk[] chunks = [.. Recording.Read("amqp/rabbitmq-pika")[0]];
        var delivery = chunks[37] with { Bytes = chunks[37].Bytes[AmqpDelivery] };
        return new Exchange(
            "AMQP publish and deliver", Protocol.Amqp, chunks[..17], [.. chunks[21..25], delivery, chunks[38]])
        {
            Requests = 2,
        };
    }

    private static RecordedChunk[] Ask(string request, string response) =>
    [
        new(Direction.Ingress, Encoding.ASCII.GetBytes(request)),
        new(Direction.Egress, Encoding.ASCII.GetBytes(response)),
    ];
}
