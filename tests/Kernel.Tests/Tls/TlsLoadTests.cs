using System.Globalization;
using PixieOrleans.NodeProbe.Tests;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>Servers with twenty busy connections: each call finds its connection. The client is not traced.</summary>
public sealed class TlsLoadTests(TlsLoadTests.SharedNode shared) : IClassFixture<TlsLoadTests.SharedNode>
{
    private const int Connections = 20;
    private const int Requests = 20; // on each

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nginx")]
    [InlineData("kestrel")]
    [InlineData("asyncio")]
    [InlineData("node")]
    public async Task Calls_OfTwentyConnections_AllFindTheirs(string name)
    {
        var node = shared.Node;
        using var certificate = new Certificate();
        await using var server = await StartAsync(name, certificate);
        using var clients = new Clients(server.Address);
        await clients.AskAsync("/warm-up"); // Kestrel loads its library now
        await node.WaitAsync(() => Attached(node, server), "probes in the server");
        await clients.AskAsync("/found"); // what was read before a connection's next send is lost
        await clients.AskAsync("/linked");
        await node.WaitAsync(() => Rows(node, server, "/linked").Count == Connections, "rows of all connections");
        var before = Unlinked(node, server);

        for (var i = 0; i < Requests; i++)
        {
            await clients.AskAsync($"/load/{i}");
        }

        await node.WaitAsync(() => Rows(node, server, "/load").Count >= Connections * Requests, "all rows");
        var expected = Enumerable.Range(0, Requests)
            .SelectMany(i => Enumerable.Range(0, Connections).Select(c => $"/load/{i}/{c}"));
        Assert.Equal(expected.Order(), Rows(node, server, "/load").Order());
        Assert.Equal(before, Unlinked(node, server));
        Assert.All(Of(node, server), t => Assert.Equal(0, t.MixedObjects));
    }

    /// <summary>
    /// What such a connection reads before its next send is lost, and counted, where the socket call is not the
    /// library's own; from that send on it is like any other.
    /// </summary>
    [Fact]
    public async Task Connections_OlderThanTheProbes_AreFoundByTheirNextSend()
    {
        (string Name, int LostAtMost)[] kinds = [("nginx", 0), ("kestrel", 2), ("asyncio", 2), ("node", 3)];
        Programs.RequireRoot();
        using var certificate = new Certificate();
        var servers = await Task.WhenAll(kinds.Select(kind => StartAsync(kind.Name, certificate)));
        var clients = Array.ConvertAll(servers, server => new Clients(server.Address));
        await Task.WhenAll(clients.Select(c => c.AskAsync("/before")));
        await using var node = await Node.StartAsync();
        await node.WaitAsync(() => servers.All(server => Attached(node, server)), "probes in the servers");

        await Task.WhenAll(clients.Select(c => c.AskAsync("/second")));
        await Task.WhenAll(clients.Select(c => c.AskAsync("/third")));

        foreach (var (server, kind) in servers.Zip(kinds))
        {
            await node.WaitAsync(() => Rows(node, server, "/third").Count == Connections, $"rows of {kind.Name}");
            Assert.InRange(Unlinked(node, server), 0, kind.LostAtMost * Connections);
            await server.DisposeAsync();
        }

        Array.ForEach(clients, c => c.Dispose());
    }

    [Fact]
    public async Task ConnStats_OfTlsConnections_CountTheBytesOnTheWire()
    {
        const string Client =
            """
            import socket, ssl, sys
            host, port, path = '127.0.0.1', int(sys.argv[1]), sys.argv[2]
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT); context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            s = socket.create_connection((host, port)); i, o = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = context.wrap_bio(i, o); sent = got = 0
            def flush():
                global sent
                data = o.read(); s.sendall(data); sent += len(data)
            def wait(call):
                global got
                while True:
                    try:
                        result = call(); flush(); return result
                    except ssl.SSLWantReadError:
                        flush(); data = s.recv(65536); got += len(data); i.write(data)
            wait(tls.do_handshake)
            wait(lambda: tls.write(b'GET %s HTTP/1.1\r\nHost: x\r\n\r\n' % path.encode()))
            while b'\r\n\r\n' not in wait(lambda: tls.read(65536)): pass
            print(sent, got)
            """;
        var node = shared.Node;
        using var certificate = new Certificate();
        await using var server = await StartAsync("nginx", certificate);
        await node.WaitAsync(() => Attached(node, server), "probes in the server");

        var output = await ChildProcess.RunAsync(
            Programs.Require("python3", "python3"),
            ["-c", Client, server.Port.ToString(CultureInfo.InvariantCulture), "/wire"],
            Cancelled);

        string[] expected = [$"{server.Port} 1 true 1 1 {output.Trim()}"];
        List<string> Stats() =>
        [
            .. TableText.Read(
                    node.Runtime.Tables, "conn_stats", "remote_port", "trace_role", "ssl", "conn_open", "conn_close",
                    "bytes_sent", "bytes_recv")
                .Where(row => row.StartsWith($"{server.Port} 1 true 1 1 ", StringComparison.Ordinal)).Distinct(),
        ];
        await node.WaitAsync(() => Stats().Count > 0, "conn_stats of the closed connection");
        Assert.Equal(expected, Stats());
        await node.WaitAsync(() => Rows(node, server, "/wire", number: false).Count == 1, "the request's row");
    }

    private static Task<HttpServer> StartAsync(string name, Certificate certificate) => name switch
    {
        "nginx" => HttpServers.NginxAsync(Cancelled, certificate.PemFile),
        "asyncio" => HttpServers.PythonAsyncioAsync(Cancelled, certificate.PemFile),
        "node" => HttpServers.NodeAsync(Cancelled, certificate.PemFile),
        _ => HttpServers.KestrelAsync(Cancelled, certificate.PemFile),
    };

    /// <summary>The server's process and its workers.</summary>
    private static IEnumerable<TlsProcessStatus> Of(Node node, HttpServer server)
    {
        var workers = File.ReadAllText($"/proc/{server.ProcessId}/task/{server.ProcessId}/children").Split(' ');
        return node.Tls.Where(t => t.ProcessId == server.ProcessId || workers.Contains($"{t.ProcessId}"));
    }

    private static bool Attached(Node node, HttpServer server) =>
        Of(node, server).Any(t => t.State == TlsState.Attached);

    private static long Unlinked(Node node, HttpServer server) => Of(node, server).Sum(t => t.UnlinkedCalls);

    /// <summary>Paths of the server's rows that begin so.</summary>
    private static List<string> Rows(Node node, HttpServer server, string path, bool number = true) =>
    [
        .. TableText.Read(node.Runtime.Tables, "http_events", "local_port", "trace_role", "encrypted", "req_path")
            .Select(row => row.Split(' '))
            .Where(cells => cells[0] == $"{server.Port}" && cells[1] == "2" && cells[2] == "true")
            .Select(cells => cells[3])
            .Where(row => row.StartsWith(number ? path + "/" : path, StringComparison.Ordinal)),
    ];

    /// <summary>A node for the tests that need no fresh one.</summary>
    public sealed class SharedNode : IAsyncLifetime
    {
        internal Node Node { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Programs.RequireRoot();
            Node = await Node.StartAsync();
        }

        public ValueTask DisposeAsync() => Node?.DisposeAsync() ?? default;
    }

    /// <summary>Twenty clients with a connection each.</summary>
    private sealed class Clients(Uri address) : IDisposable
    {
        private readonly HttpClient[] _clients =
        [
            .. Enumerable.Range(0, Connections).Select(_ => new HttpClient(new HttpClientHandler
            {
                ServerCertificateCustomValidationCallback =
                    HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
            }) { BaseAddress = address }),
        ];

        /// <summary>Each asks for the path and its own number, all at the same time.</summary>
        public async Task AskAsync(string path) =>
            await Task.WhenAll(_clients.Select((client, i) => client.GetByteArrayAsync($"{path}/{i}", Cancelled)));

        public void Dispose() => Array.ForEach(_clients, client => client.Dispose());
    }
}
