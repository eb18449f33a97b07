using PixieOrleans.Tls.Tests.Targets;

namespace PixieOrleans.Tls.Tests.Matrix;

/// <summary>Who answers a target, and who asks it.</summary>
internal static class UsualPeers
{
    /// <summary>The client that asks all servers of a load.</summary>
    public static TlsClient ClientOf(TlsLoad load) => Usual(load).Client;

    /// <summary>The server that all clients of a load ask.</summary>
    public static TlsServer ServerOf(TlsLoad load) => Usual(load).Server;

    private static (TlsServer Server, TlsClient Client) Usual(TlsLoad load) => load.Name switch
    {
        "HTTP/1" => (WebServers.Nginx(load), WebClients.Python),
        "HTTP/2" => (WebServers.Nginx(load), WebClients.Nghttp),
        "gRPC" => (WebServers.Grpc("python"), WebClients.Grpc("python")),
        "PostgreSQL" => (Databases.Postgres, Databases.Psql),
        "MySQL" => (Databases.Mariadb, Databases.MariadbClient),
        "Redis" => (Databases.Redis, Databases.RedisCli),
        "MQTT" => (Databases.Mosquitto, Databases.MosquittoPublisher),
        "memcached" => (Databases.Memcached, Databases.MemcachedLines),
        "NATS" => (Nats.Server, Nats.Python),
        _ => throw new ArgumentOutOfRangeException(nameof(load), load.Name, "has no usual peers"),
    };
}
