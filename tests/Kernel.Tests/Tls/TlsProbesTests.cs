using PixieOrleans.Kernel.Tests.Sockets;
using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.NodeProbe.Tls.Families;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>The TLS object by itself, on python's ssl module and the system's OpenSSL.</summary>
public sealed class TlsProbesTests(TlsProbesTests.Attached attached) : IClassFixture<TlsProbesTests.Attached>
{
    private const string Contexts =
        """
        import ssl, threading, asyncio
        def contexts(path):
            s = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); s.load_cert_chain(path)
            c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT); c.check_hostname = False; c.verify_mode = ssl.CERT_NONE
            return s, c
        ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'
        """;

    [Theory]
    [InlineData("TLSv1_2")]
    [InlineData("TLSv1_3")]
    public void SyncSockets_BothSides_GiveThePlaintextOfTheirConnections(string version)
    {
        var (child, events) = attached.Trace($$"""
            sc.maximum_version = sc.minimum_version = ssl.TLSVersion.{{version}}
            c, a = pair()
            def serve():
                t = sc.wrap_socket(a, server_side=True)
                while t.recv(65536): t.sendall(ANSWER)
            th = threading.Thread(target=serve); th.start()
            t = cc.wrap_socket(c)
            for i in range(3):
                t.sendall(b'GET /%d HTTP/1.1\r\n\r\n' % i); t.recv(65536)
            t.close(); th.join()
            """);

        const string Requests = "GET /0 HTTP/1.1\r\n\r\nGET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n";
        var answers = string.Concat(Enumerable.Repeat("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 3));
        var (server, client) = (child.Number("server"), child.Number("client"));
        Assert.Equal(Requests, events.Single(child.Tgid, server).Plaintext(EventRecorder.Ingress));
        Assert.Equal(answers, events.Single(child.Tgid, server).Plaintext(EventRecorder.Egress));
        Assert.Equal(Requests, events.Single(child.Tgid, client).Plaintext(EventRecorder.Egress));
        Assert.Equal(answers, events.Single(child.Tgid, client).Plaintext(EventRecorder.Ingress));
    }

    /// <summary>asyncio encrypts into memory and sends later, for all connections on one thread.</summary>
    [Fact]
    public void MemoryBios_TwentyConnectionsAtOnce_EachGetsItsOwnPlaintext()
    {
        const int Connections = 20;
        var (child, events) = attached.Trace($$"""
            async def serve(r, w):
                port = w.get_extra_info('peername')[1]
                while True:
                    line = await r.readline()
                    if not line: break
                    await r.readline()
                    w.write(b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n%5d' % port); await w.drain()
                w.close()
            async def one(port, sent):
                r, w = await asyncio.open_connection('127.0.0.1', port, ssl=cc, server_hostname='')
                own = w.get_extra_info('sockname')[1]
                for i in range(5):
                    w.write(b'GET /%d/%d HTTP/1.1\r\n\r\n' % (own, i)); await r.readexactly(43)
                sent.append(own); w.close(); await w.wait_closed()
            async def main():
                sent = []
                server = await asyncio.start_server(serve, '127.0.0.1', 0, ssl=sc)
                port = server.sockets[0].getsockname()[1]
                await asyncio.gather(*[one(port, sent) for _ in range({{Connections}})])
                server.close()
                report(port=port)
            asyncio.run(main())
            """);

        var port = child.Number("port");
        var traced = events.Of(child.Tgid).Where(c => c.Data.Any(d => d.IsPlaintext())).ToList();
        Assert.Equal(2 * Connections, traced.Count);
        Assert.All(traced, connection =>
        {
            var isClient = connection.Open.RemotePort == port;
            var clientPort = isClient ? connection.Open.LocalPort : connection.Open.RemotePort;
            var requests = string.Concat(
                Enumerable.Range(0, 5).Select(i => $"GET /{clientPort}/{i} HTTP/1.1\r\n\r\n"));
            var answers = string.Concat(
                Enumerable.Repeat($"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{clientPort,5}", 5));
            Assert.Equal(requests, connection.Plaintext(isClient ? EventRecorder.Egress : EventRecorder.Ingress));
            Assert.Equal(answers, connection.Plaintext(isClient ? EventRecorder.Ingress : EventRecorder.Egress));
        });
    }

    /// <summary>Probes in the system's OpenSSL.</summary>
    public sealed class Attached : IDisposable
    {
        private readonly Certificate _certificate = new();
        private readonly SocketProbe _sockets;
        private readonly TlsProbes _probes;
        private readonly List<TlsAttachment> _attached = [];

        public Attached()
        {
            _sockets = TestProbe.Start(new() { Roles = TestProbe.AllRoles, RingBytes = 16 << 20, Tls = true });
            _probes = TlsProbes.Load(_sockets);
            foreach (var library in new[] { "libssl.so.3", "libcrypto.so.3" })
            {
                var path = $"/usr/lib/x86_64-linux-gnu/{library}";
                Assert.SkipUnless(File.Exists(path), $"{path} is missing: apt-get install libssl3");
                Assert.True(ElfFile.TryOpen(path, out var file, out var error), error);
                using (file)
                {
                    _attached.Add(_probes.Attach(path, TlsFamilies.Find(file).Probes));
                }
            }
        }

        /// <summary>File with certificate and key.</summary>
        internal string PemFile => _certificate.PemFile;

        /// <summary>The socket probes.</summary>
        internal SocketProbe Sockets => _sockets;

        /// <summary>Runs a script that has server and client contexts sc and cc.</summary>
        internal (Child Child, EventRecorder Events) Trace(string script) =>
            TraceRaw($"{Contexts}\nsc, cc = contexts('{PemFile}')\n{script}");

        /// <summary>Runs a script.</summary>
        internal (Child Child, EventRecorder Events) TraceRaw(string script)
        {
            _sockets.DrainAll();
            var child = Child.Run(script);
            return (child, _sockets.DrainAll());
        }

        /// <summary>Counts of a process that still lives.</summary>
        internal TlsProcessCounts Read(uint processId) =>
            _probes.TryRead(processId, out var counts) ? counts : default;

        public void Dispose()
        {
            _attached.ForEach(a => a.Dispose());
            _probes.Dispose();
            _sockets.Dispose();
            _certificate.Dispose();
        }
    }
}
