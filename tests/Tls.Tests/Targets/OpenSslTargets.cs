using PixieOrleans.Tls.Tests.Matrix;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>Programs on Debian's OpenSSL, and Node, which brings its own.</summary>
internal static class OpenSslTargets
{
    /// <summary>All.</summary>
    public static IReadOnlyList<TlsTarget> All =>
    [
        new("nginx", SystemLibraries.OpenSsl)
        {
            Servers = [WebServers.Nginx(TlsLoad.Http1), WebServers.Nginx(TlsLoad.Http2)],
        },
        new("Apache", SystemLibraries.OpenSsl)
        {
            Servers = [WebServers.Apache(TlsLoad.Http1), WebServers.Apache(TlsLoad.Http2)],
        },
        new("curl", SystemLibraries.OpenSsl)
        {
            Clients = [WebClients.Curl(TlsLoad.Http1), WebClients.Curl(TlsLoad.Http2)],
        },
        new("nghttp2", SystemLibraries.OpenSsl) { Servers = [WebServers.Nghttpd], Clients = [WebClients.Nghttp] },
        new("Python", SystemLibraries.OpenSsl)
        {
            Servers = [WebServers.PythonThreads], Clients = [WebClients.Python, Databases.MemcachedLines, Nats.Python],
        },
        new("Python asyncio", SystemLibraries.OpenSsl)
        {
            Servers = [WebServers.PythonAsyncio], Clients = [WebClients.PythonAsyncio],
        },
        new("Python grpcio", SystemLibraries.OpenSsl)
        {
            Servers = [WebServers.Grpc("python")], Clients = [WebClients.Grpc("python")],
        },
        new("Ruby", SystemLibraries.OpenSsl) { Clients = [WebClients.Ruby] },
        new("PHP", SystemLibraries.OpenSsl) { Clients = [WebClients.Php] },
        new("Node.js", SystemLibraries.OfProgram("node", "nodejs"))
        {
            Servers = [WebServers.Node(TlsLoad.Http1), WebServers.Node(TlsLoad.Http2)],
            Clients = [WebClients.Node(TlsLoad.Http1), WebClients.Node(TlsLoad.Http2), Nats.Node],
        },
        new(".NET", SystemLibraries.OpenSsl)
        {
            Servers = [WebServers.Kestrel(TlsLoad.Http1), WebServers.Kestrel(TlsLoad.Http2), WebServers.Grpc("dotnet")],
            Clients =
            [
                WebClients.Dotnet(TlsLoad.Http1), WebClients.Dotnet(TlsLoad.Http2), WebClients.Grpc("dotnet"),
                Databases.Dotnet(TlsLoad.Pgsql, "pgsql"), Databases.Dotnet(TlsLoad.Mysql, "mysql"),
                Databases.Dotnet(TlsLoad.Redis, "redis"), Nats.Dotnet,
            ],
        },
        new("PostgreSQL", SystemLibraries.OpenSsl) { Servers = [Databases.Postgres], Clients = [Databases.Psql] },
        new("MariaDB", SystemLibraries.OpenSsl) { Servers = [Databases.Mariadb], Clients = [Databases.MariadbClient] },
        new("Redis", SystemLibraries.OpenSsl) { Servers = [Databases.Redis], Clients = [Databases.RedisCli] },
        new("mosquitto", SystemLibraries.OpenSsl)
        {
            Servers = [Databases.Mosquitto], Clients = [Databases.MosquittoPublisher],
        },
        new("memcached", SystemLibraries.OpenSsl) { Servers = [Databases.Memcached] },
    ];
}
