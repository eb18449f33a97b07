using System.Text.Json;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Databases;

namespace PixieOrleans.EndToEnd.Tests.ConnStats;

/// <summary>conn_stats of peers that speak plain text and TLS with one process.</summary>
[Collection(SiloCollection.Name)]
public sealed class PlainAndTlsTests(SiloFixture fixture)
{
    private const int Plain = 3; // connections
    private const int Secure = 2;

    /// <summary>Connects to both ports of nginx, and to PostgreSQL with and without TLS, closes all.</summary>
    private const string Client =
        """
        import os, socket, ssl, sys
        import psycopg2
        plain, secure, plain_count, secure_count = map(int, sys.argv[1:5])
        context = ssl._create_unverified_context()
        request = b'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
        def ask(sock):
            sock.sendall(request)
            received = 0
            while data := sock.recv(4096):
                received += len(data)
            sock.close()
            return received
        for i in range(plain_count):
            received = ask(socket.create_connection(('127.0.0.1', plain)))
            psycopg2.connect(sys.argv[5] + ' sslmode=disable').close()
        for i in range(secure_count):
            ask(context.wrap_socket(socket.create_connection(('127.0.0.1', secure))))
            psycopg2.connect(sys.argv[5] + ' sslmode=require').close()
        print(os.getpid(), len(request) * plain_count, received * plain_count)
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_OfOneProcessWithPlainAndTlsConnections_TellThemApart()
    {
        var python = await Python.RequireAsync("psycopg2", "python3-psycopg2", Cancel);
        using var certificate = new Certificate();
        await using var postgres = await PostgresServer.StartAsync(Cancel, certificate.PemFile);
        var plainPort = FreePort.Next();
        await using var nginx = await StartNginxAsync(plainPort, certificate.PemFile);

        var output = await ChildProcess.RunAsync(
            python,
            ["-c", Client, $"{plainPort}", $"{nginx.Port}", $"{Plain}", $"{Secure}", postgres.Connection("client", "")],
            Cancel);

        var (process, sent, received) = output.Trim().Split(' ') is [var a, var b, var c] ? (a, b, c) : default;
        var worker = File.ReadAllText($"/proc/{nginx.ProcessId}/task/{nginx.ProcessId}/children").Trim();
        var server = $"df[df.trace_role == 2 and px.upid_to_pid(df.upid) == {worker}]";
        await ExpectAsync(server, [$"false {Plain} {Plain} {received} {sent}", $"true {Secure} {Secure}"]);
        string ClientOf(int port) => $"df[px.upid_to_pid(df.upid) == {process} and df.remote_port == {port}]";
        await ExpectAsync(ClientOf(plainPort), [$"false {Plain} {Plain} {sent} {received}"]);
        await ExpectAsync(ClientOf(nginx.Port), [$"true {Secure} {Secure}"]);
        await ExpectAsync(ClientOf(postgres.Port), [$"false {Plain} {Plain}", $"true {Secure} {Secure}"]);
    }

    private static Task<HttpServer> StartNginxAsync(int plainPort, string pem)
    {
        var nginx = Programs.Require("nginx", "nginx-light");
        return HttpServer.StartAsync(
            (port, folder) => (nginx, ["-c", folder.Write("nginx.conf",
                $$"""
                daemon off;
                user root;
                worker_processes 1;
                pid {{folder.Path}}/nginx.pid;
                error_log {{folder.Path}}/error.log;
                events { }
                http {
                  access_log off;
                  client_body_temp_path {{folder.Path}}/t1;
                  proxy_temp_path {{folder.Path}}/t2;
                  fastcgi_temp_path {{folder.Path}}/t3;
                  uwsgi_temp_path {{folder.Path}}/t4;
                  scgi_temp_path {{folder.Path}}/t5;
                  server {
                    listen 127.0.0.1:{{plainPort}};
                    listen 127.0.0.1:{{port}} ssl;
                    ssl_certificate {{pem}};
                    ssl_certificate_key {{pem}};
                    location / { return 200 "hi\n"; }
                  }
                }
                """)]),
            TimeSpan.FromSeconds(1),
            Cancel,
            "https");
    }

    /// <summary>Waits for rows by ssl: connections opened and closed, bytes sent and received.</summary>
    private async Task ExpectAsync(string connections, string[] expected)
    {
        var found = "nothing";
        await Poll.UntilAsync(
            async () =>
            {
                var answer = await fixture.Silo.Client.QueryAsync(
                    $"""
                    import px
                    df = px.DataFrame('conn_stats', start_time='-5m')
                    df = {connections}
                    df = df[df.bytes_recv > 0]  # not who looked whether the server is ready
                    df = df.groupby(['upid', 'protocol', 'ssl']).agg(
                        opened=('conn_open', px.max), closed=('conn_close', px.max),
                        sent=('bytes_sent', px.max), received=('bytes_recv', px.max))
                    df = df.groupby('ssl').agg(
                        opened=('opened', px.sum), closed=('closed', px.sum),
                        sent=('sent', px.sum), received=('received', px.sum))
                    px.display(df)
                    """,
                    Cancel);
                var rows = answer.Rows.Select(TextOf).Order(StringComparer.Ordinal).ToList();
                found = string.Join("; ", rows);
                return rows.Count == expected.Length
                    && rows.Zip(expected).All(
                        pair => pair.First.StartsWith($"{pair.Second} ", StringComparison.Ordinal));
            },
            TimeSpan.FromSeconds(60),
            () => $"{connections}: {found} instead of {string.Join("; ", expected)}",
            Cancel);
    }

    private static string TextOf(IReadOnlyDictionary<string, JsonElement> row) =>
        (row["ssl"].GetBoolean() ? "true" : "false")
        + $" {row["opened"]} {row["closed"]} {row["sent"]} {row["received"]} ";
}
