using System.Globalization;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Databases;
using PixieOrleans.Tls.Tests.Matrix;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>Databases and their clients on Debian's OpenSSL.</summary>
internal static class Databases
{
    /// <summary>PostgreSQL: TLS for who asks for it, on the same port.</summary>
    public static TlsServer Postgres => new(TlsLoad.Pgsql, async (certificate, cancellationToken) =>
    {
        var server = await PostgresServer.StartAsync(cancellationToken, certificate.PemFile);
        return new RunningServer(server.Port, server.Port, server);
    });

    /// <summary>psql: libpq.</summary>
    public static TlsClient Psql => PsqlOf(() => [PostgresServer.RequireProgram("psql")]);

    /// <summary>A psql of one's own: its program, with what goes before its arguments.</summary>
    public static TlsClient PsqlOf(Func<string[]> program) => new(TlsLoad.Pgsql, (endpoint, cancellationToken) =>
        WithScriptAsync(
            string.Join(";\n", TlsLoad.Pgsql.Requests) + ";\n",
            script => RunAsync(
                program(),
                [
                    "-X", "-q", "-f", script, "-o", "/dev/null", "-d",
                    $"host=127.0.0.1 port={endpoint.Port} user=postgres dbname=postgres "
                        + $"sslmode={(endpoint.IsSecure ? "require" : "disable")}",
                ],
                cancellationToken)));

    /// <summary>MariaDB: TLS for who asks for it, on the same port.</summary>
    public static TlsServer Mariadb => new(TlsLoad.Mysql, async (certificate, cancellationToken) =>
    {
        var server = await MariadbServer.StartAsync(cancellationToken, certificate.PemFile);
        return new RunningServer(server.Port, server.Port, server);
    });

    /// <summary>MariaDB's own client.</summary>
    public static TlsClient MariadbClient => MariadbClientOf(() => [Programs.Require("mariadb", "mariadb-client")]);

    /// <summary>A client of MariaDB of one's own: its program, with what goes before its arguments.</summary>
    public static TlsClient MariadbClientOf(Func<string[]> program) =>
        new(TlsLoad.Mysql, (endpoint, cancellationToken) => WithScriptAsync(
            string.Join(";\n", TlsLoad.Mysql.Requests) + ";\n",
            script => RunAsync(
                program(),
                [
                    "--no-defaults", "-h127.0.0.1", $"-P{endpoint.Port}", "-uroot", "-f",
                    endpoint.IsSecure ? "--ssl" : "--skip-ssl", "--skip-ssl-verify-server-cert",
                    "-e", $"source {script}",
                ],
                cancellationToken)));

    /// <summary>Redis, on a port for each way.</summary>
    public static TlsServer Redis => TwoPorts(TlsLoad.Redis, "redis-server", "redis-server", (port, tls, folder, pem) =>
    [
        "--bind", "127.0.0.1", "--save", "", "--dir", folder.Path, "--port", $"{port}", "--tls-port", $"{tls}",
        "--tls-cert-file", pem, "--tls-key-file", pem, "--tls-auth-clients", "no", "--tls-ca-cert-file", pem,
    ]);

    /// <summary>redis-cli.</summary>
    public static TlsClient RedisCli => RedisCliOf(() => [Programs.Require("redis-cli", "redis-tools")]);

    /// <summary>A redis-cli of one's own: its program, with what goes before its arguments.</summary>
    public static TlsClient RedisCliOf(Func<string[]> program) => new(TlsLoad.Redis, (endpoint, cancellationToken) =>
        WithScriptAsync(
            string.Join('\n', TlsLoad.Redis.Requests) + "\n",
            script =>
            {
                // --insecure is of 6.2 and later.
                string[] tls = endpoint.IsSecure ? ["--tls", "--cacert", endpoint.PemFile!] : [];
                return RunAsync(
                    [Programs.Require("sh", "dash"), "-c", "input=$1; shift; exec \"$@\" < \"$input\"", "sh", script],
                    [.. program(), .. tls, "-p", $"{endpoint.Port}"],
                    cancellationToken);
            }));

    /// <summary>memcached, on a port for each way.</summary>
    public static TlsServer Memcached => TwoPorts(TlsLoad.Memcached, "memcached", "memcached", (port, tls, _, pem) =>
    [
        "-u", "root", "-U", "0", "-Z", "-o", $"ssl_chain_cert={pem},ssl_key={pem}", "-p", $"{tls}",
        "-l", $"127.0.0.1:{tls},notls:127.0.0.1:{port}",
    ]);

    /// <summary>Lines over a socket of Python, which is what clients of memcached there do.</summary>
    public static TlsClient MemcachedLines => new(TlsLoad.Memcached, (endpoint, cancellationToken) =>
        ChildProcess.RunAsync(
            Programs.Require("python3", "python3"),
            [
                Python.Script("Databases/memcached-lines.py"), $"{endpoint.Port}",
                endpoint.IsSecure ? "tls" : "plain", .. TlsLoad.Memcached.Requests,
            ],
            cancellationToken));

    /// <summary>mosquitto, on a port for each way.</summary>
    public static TlsServer Mosquitto => TwoPorts(TlsLoad.Mqtt, "mosquitto", "mosquitto", (port, tls, folder, pem) =>
    [
        "-c",
        folder.Write(
            "mosquitto.conf",
            $"user root\nallow_anonymous true\nlistener {port} 127.0.0.1\nlistener {tls} 127.0.0.1\n"
            + $"certfile {pem}\nkeyfile {pem}\n"),
    ]);

    /// <summary>mosquitto_pub, a process for each message.</summary>
    public static TlsClient MosquittoPublisher => new(TlsLoad.Mqtt, async (endpoint, cancellationToken) =>
    {
        var program = Programs.Require("mosquitto_pub", "mosquitto-clients");
        foreach (var (quality, text) in TlsLoad.Mqtt.Requests.Index())
        {
            string[] tls = endpoint.IsSecure ? ["--cafile", endpoint.PemFile!, "--insecure"] : [];
            string[] arguments =
            [
                "-h", "127.0.0.1", "-p", $"{endpoint.Port}", .. tls, "-i", $"client-{quality}", "-V", "mqttv5",
                "-q", quality.ToString(CultureInfo.InvariantCulture), "-t", "a/b", "-m", text,
            ];
            await ChildProcess.RunAsync(program, arguments, cancellationToken);
        }
    });

    /// <summary>A client of .NET: "pgsql", "mysql" or "redis".</summary>
    public static TlsClient Dotnet(TlsLoad load, string kind) => new(load, (endpoint, cancellationToken) =>
        ChildProcess.RunAsync(
            Programs.RequireBuilt("PixieOrleans.Servers.Clients", "PixieOrleans.Servers.Clients"),
            [kind, $"{endpoint.Port}", endpoint.IsSecure ? "tls" : "plain", .. load.Requests],
            cancellationToken));

    private static Task<string> RunAsync(string[] program, string[] arguments, CancellationToken cancellationToken) =>
        ChildProcess.RunAsync(program[0], [.. program[1..], .. arguments], cancellationToken);

    private static async Task<string> WithScriptAsync(string text, Func<string, Task<string>> run)
    {
        using var folder = new TempFolder();
        return await run(folder.Write("script", text));
    }

    private static TlsServer TwoPorts(
        TlsLoad load, string program, string package, Func<int, int, TempFolder, string, string[]> arguments) =>
        new(load, async (certificate, cancellationToken) =>
        {
            var path = Programs.Require(program, package);
            var plainPort = FreePort.Next();
            var server = await ServerProcess.StartAsync(
                (port, folder) => Task.FromResult(
                    (path, arguments(plainPort, port, folder, certificate.PemFile))),
                ready: null,
                cancellationToken);
            return new RunningServer(plainPort, server.Port, server);
        });
}
