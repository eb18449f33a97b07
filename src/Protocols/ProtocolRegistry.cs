using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Amqp;
using PixieOrleans.Protocols.Cql;
using PixieOrleans.Protocols.Dns;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Http2;
using PixieOrleans.Protocols.Kafka;
using PixieOrleans.Protocols.Memcached;
using PixieOrleans.Protocols.Mongodb;
using PixieOrleans.Protocols.Mqtt;
using PixieOrleans.Protocols.Mux;
using PixieOrleans.Protocols.Mysql;
using PixieOrleans.Protocols.Nats;
using PixieOrleans.Protocols.Pgsql;
using PixieOrleans.Protocols.Redis;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Tls;

namespace PixieOrleans.Protocols;

/// <summary>The protocols that can be parsed.</summary>
public sealed class ProtocolRegistry
{
    private readonly ProtocolDefinition?[] _byProtocol = new ProtocolDefinition?[byte.MaxValue + 1];

    /// <summary>All protocols of this library with their settings.</summary>
    public ProtocolRegistry(HttpOptions http, FramingOptions framing)
        : this(
        [
            new HttpProtocol(http, framing),
            new Http2Protocol(http, framing),
            new MuxProtocol(framing),
            new RedisProtocol(framing),
            new MemcachedProtocol(framing),
            new DnsProtocol(framing),
            new PgsqlProtocol(framing),
            new NatsProtocol(framing),
            new AmqpProtocol(framing),
            new MqttProtocol(framing),
            new KafkaProtocol(framing),
            new CqlProtocol(framing),
            new MongodbProtocol(framing),
            new MysqlProtocol(framing),
            new TlsProtocol(framing),
        ])
    {
    }

    /// <summary>The given protocols, each once.</summary>
    public ProtocolRegistry(ImmutableArray<ProtocolDefinition> definitions)
    {
        Definitions = definitions;
        foreach (var definition in definitions)
        {
            if (_byProtocol[(byte)definition.Protocol] is not null)
            {
                throw new ArgumentException($"{definition.Protocol} is defined twice", nameof(definitions));
            }

            _byProtocol[(byte)definition.Protocol] = definition;
        }
    }

    /// <summary>All definitions.</summary>
    public ImmutableArray<ProtocolDefinition> Definitions { get; }

    /// <summary>The definition of a protocol, or null when it is not parsed.</summary>
    public ProtocolDefinition? Find(Protocol protocol) => _byProtocol[(byte)protocol];
}
