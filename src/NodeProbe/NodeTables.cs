using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Networks;
using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.NodeProbe.Profiles;
using PixieOrleans.NodeProbe.Runtimes;
using PixieOrleans.NodeProbe.Status;
using PixieOrleans.Protocols.Amqp;
using PixieOrleans.Protocols.ConnStats;
using PixieOrleans.Protocols.Cql;
using PixieOrleans.Protocols.Dns;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Kafka;
using PixieOrleans.Protocols.Memcached;
using PixieOrleans.Protocols.Mongodb;
using PixieOrleans.Protocols.Mqtt;
using PixieOrleans.Protocols.Mux;
using PixieOrleans.Protocols.Mysql;
using PixieOrleans.Protocols.Nats;
using PixieOrleans.Protocols.Pgsql;
using PixieOrleans.Protocols.Redis;
using PixieOrleans.Protocols.Tls;

namespace PixieOrleans.NodeProbe;

/// <summary>The tables of a node. Scripts may read all of them; one that no source fills stays empty.</summary>
public static class NodeTables
{
    /// <summary>All schemas.</summary>
    public static ImmutableArray<TableSchema> Schemas { get; } =
    [
        HttpEventsTable.Schema,
        MysqlEventsTable.Schema,
        PgsqlEventsTable.Schema,
        CqlEventsTable.Schema,
        DnsEventsTable.Schema,
        RedisEventsTable.Schema,
        MemcachedEventsTable.Schema,
        NatsEventsTable.Schema,
        KafkaEventsTable.Schema,
        MuxEventsTable.Schema,
        AmqpEventsTable.Schema,
        MqttEventsTable.Schema,
        MongodbEventsTable.Schema,
        TlsEventsTable.Schema,
        ConnStatsTable.Schema,
        TcpStatsEventsTable.Schema,
        ProcessStatsTable.Schema,
        NetworkStatsTable.Schema,
        JvmStatsTable.Schema,
        DotnetStatsTable.Schema,
        StackTracesTable.Schema,
        OffCpuStacksTable.Schema,
        ProcExitEventsTable.Schema,
        ProcStatTable.Schema,
        IoUringUsersTable.Schema,
        StatusTables.ProbeStatus,
        StatusTables.StirlingError,
    ];
}
