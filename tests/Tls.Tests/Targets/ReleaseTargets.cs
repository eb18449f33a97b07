using PixieOrleans.TestKit.Servers.Tls;
using PixieOrleans.Tls.Tests.Matrix;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>Other releases of OpenSSL: those of Debian 11, 13 and sid, and those inside Node.js.</summary>
internal static class ReleaseTargets
{
    // A version for each line of OpenSSL: 1.1.0, 1.1.1 (k, n, t), 3.0, 3.5; the system has a Node.js of its own.
    private static readonly string[] NodeVersions =
        ["10.9.0", "12.22.12", "14.21.3", "16.20.2", "20.18.0", "22.12.0", "24.0.0", "26.10.0"];

    /// <summary>All.</summary>
    public static IReadOnlyList<TlsTarget> All =>
        [.. DebianRelease.All.SelectMany(OfRelease), .. NodeVersions.Select(Node)];

    private static TlsTarget[] OfRelease(DebianRelease release)
    {
        TlsTarget Of(string program) =>
            new($"{program} of Debian {release.Number}", _ => Task.FromResult(release.Library))
            {
                Program = program,
                IsLong = true,
            };
        string[] Curl() => release.Program("/usr/bin/curl");
        return
        [
            Of("nginx") with
            {
                Servers = [WebServers.Nginx(TlsLoad.Http1, release), WebServers.Nginx(TlsLoad.Http2, release)],
            },
            Of("curl") with
            {
                Clients = [WebClients.Curl(TlsLoad.Http1, Curl), WebClients.Curl(TlsLoad.Http2, Curl)],
            },
            Of("PostgreSQL") with
            {
                Clients = [Databases.PsqlOf(() => release.Program("/usr/lib/postgresql/*/bin/psql"))],
            },
            Of("MariaDB") with { Clients = [Databases.MariadbClientOf(() => release.Program("/usr/bin/mariadb"))] },
            Of("Redis") with { Clients = [Databases.RedisCliOf(() => release.Program("/usr/bin/redis-cli"))] },
        ];
    }

    private static TlsTarget Node(string version)
    {
        string Program() => TlsTargetFolder.Require($"node-{version}", "node");
        return new($"Node.js {version}", _ => Task.FromResult(Program()))
        {
            Servers = [WebServers.Node(TlsLoad.Http1, Program), WebServers.Node(TlsLoad.Http2, Program)],
            Clients = [WebClients.Node(TlsLoad.Http1, Program), WebClients.Node(TlsLoad.Http2, Program)],
            Program = "Node.js",
            IsLong = true,
        };
    }
}
