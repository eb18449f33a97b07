namespace PixieOrleans.Model;

/// <summary>A connection as one process sees it.</summary>
/// <param name="Upid">The process.</param>
/// <param name="Fd">The file descriptor in that process.</param>
/// <param name="Generation">Tells apart the connections that used this fd one after another; grows.</param>
public readonly record struct ConnectionId(Upid Upid, int Fd, ulong Generation);

/// <summary>Side of a connection that the traced process is. A bit mask, so that both can be asked for.</summary>
[Flags]
public enum Role : byte
{
    /// <summary>Not determined yet.</summary>
    None = 0,

    /// <summary>The process opened the connection.</summary>
    Client = 1,

    /// <summary>The process accepted the connection.</summary>
    Server = 2,

    /// <summary>Could not be determined; the value in columns.</summary>
    Unknown = 4,
}

/// <summary>Direction of bytes, seen from the traced process.</summary>
public enum Direction : byte
{
    /// <summary>Sent by the process.</summary>
    Egress = 0,

    /// <summary>Received by the process.</summary>
    Ingress = 1,
}

/// <summary>Family of a socket's addresses. The numbers of column conn_stats.addr_family.</summary>
public enum AddressFamilyKind : byte
{
    /// <summary>Not known.</summary>
    Unspecified = 0,

    /// <summary>IPv4.</summary>
    IPv4 = 1,

    /// <summary>IPv6.</summary>
    IPv6 = 2,

    /// <summary>Unix domain.</summary>
    Unix = 3,

    /// <summary>Anything else.</summary>
    Other = 4,
}

/// <summary>Application protocol of a connection. The numbers of column conn_stats.protocol.</summary>
public enum Protocol : byte
{
    /// <summary>Not recognised.</summary>
    Unknown = 0,

    /// <summary>HTTP/1.x.</summary>
    Http = 1,

    /// <summary>HTTP/2 and gRPC.</summary>
    Http2 = 2,

    /// <summary>MySQL.</summary>
    Mysql = 3,

    /// <summary>Cassandra.</summary>
    Cql = 4,

    /// <summary>PostgreSQL.</summary>
    Pgsql = 5,

    /// <summary>DNS.</summary>
    Dns = 6,

    /// <summary>Redis.</summary>
    Redis = 7,

    /// <summary>NATS.</summary>
    Nats = 8,

    /// <summary>MongoDB.</summary>
    Mongo = 9,

    /// <summary>Kafka.</summary>
    Kafka = 10,

    /// <summary>Mux (Finagle).</summary>
    Mux = 11,

    /// <summary>AMQP 0-9-1.</summary>
    Amqp = 12,

    /// <summary>TLS records.</summary>
    Tls = 13,

    /// <summary>MQTT; not a number of Pixie's.</summary>
    Mqtt = 14,

    /// <summary>Memcached; not a number of Pixie's.</summary>
    Memcached = 15,
}
