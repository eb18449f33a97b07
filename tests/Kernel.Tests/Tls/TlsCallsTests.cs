using PixieOrleans.Kernel.Tests.Sockets;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>Unusual uses of TLS objects, on OpenSSL: each byte of plaintext once, at its own connection.</summary>
public sealed class TlsCallsTests(TlsProbesTests.Attached attached) : IClassFixture<TlsProbesTests.Attached>
{
    private const int Tls12 = 0x0303;
    private const int Tls13 = 0x0304;

    [Fact]
    public void Peek_BeforeARead_DoesNotCount()
    {
        var (child, events) = Trace(
            """
            c, s = connected(sc, cc)
            c.write(b'GET /peeked HTTP/1.1\r\n\r\n')
            while not s.peek(): pass
            s.peek(); report(read=s.read().decode())
            """);

        const string Request = "GET /peeked HTTP/1.1\r\n\r\n";
        Assert.Equal(Request, child.Facts.GetProperty("read").GetString());
        Assert.Equal(Request, Server(child, events).Plaintext(EventRecorder.Ingress));
    }

    /// <summary>The object goes on to a second connection; the first stays open meanwhile, or is closed.</summary>
    [Theory]
    [InlineData("SSL_clear", true)]
    [InlineData("SSL_clear", false)]
    [InlineData("SSL_free and SSL_new", true)]
    [InlineData("SSL_free and SSL_new", false)]
    public void Object_OfAnotherConnectionBefore_GivesEachItsOwn(string how, bool closesTheFirst)
    {
        var (child, events) = Trace($$"""
            c, s = connected(sc, cc)
            report(first=s.sock.fileno())
            c.write(b'GET /first HTTP/1.1\r\n\r\n'); get(s)
            L.SSL_shutdown(s.o); L.SSL_shutdown(c.o)
            old = (c.sock, s.sock)
            if {{(closesTheFirst ? "True" : "False")}}: [x.close() for x in old]
            x, y = pair()
            if '{{how}}' == 'SSL_clear':
                L.SSL_clear(c.o); L.SSL_clear(s.o); c.use(x); s.use(y)
            else:
                L.SSL_free(c.o); L.SSL_free(s.o); c, s = Tls(cc, x, False), Tls(sc, y, True)
            shake(c, s)
            report(second=s.sock.fileno())
            c.write(b'GET /second HTTP/1.1\r\n\r\n'); get(s)
            s.write(b'HTTP/1.1 204 No Content\r\n\r\n'); get(c)
            """);

        var servers = events.Of(child.Tgid)
            .Where(c => c.Open.Role == (byte)Model.Role.Server && c.Data.Any(d => d.IsPlaintext())).ToList();
        Assert.Equal(
            ["GET /first HTTP/1.1\r\n\r\n", "GET /second HTTP/1.1\r\n\r\n"],
            servers.Select(c => c.Plaintext(EventRecorder.Ingress)));
        Assert.Equal("HTTP/1.1 204 No Content\r\n\r\n", servers[1].Plaintext(EventRecorder.Egress));
    }

    [Fact]
    public void Renegotiation_BetweenRequests_LosesNothing()
    {
        var (child, events) = Trace(
            """
            c, s = connected(sc, cc)
            c.write(b'GET /before HTTP/1.1\r\n\r\n'); get(s)
            assert L.SSL_renegotiate(s.o) == 1
            done = 0
            for _ in range(1000):
                if s.shake() == 1: done += 1
                c.read(); s.read()
                if done > 4: break
            c.write(b'GET /after HTTP/1.1\r\n\r\n'); get(s)
            """,
            Tls12);

        Assert.Equal(
            "GET /before HTTP/1.1\r\n\r\nGET /after HTTP/1.1\r\n\r\n",
            Server(child, events).Plaintext(EventRecorder.Ingress));
    }

    /// <summary>A client's first early data leave it with its hello: nothing tells the connection before.</summary>
    [Fact]
    public void EarlyData_OfAResumedSession_ComesFirstAtTheServer()
    {
        var (child, events) = Trace(
            """
            L.SSL_CTX_set_max_early_data(sc, 16384)
            c, s = connected(sc, cc)
            s.write(b'ticket'); get(c)
            session = L.SSL_get1_session(c.o)
            x, y = pair(); c, s, n = Tls(cc, x, False), Tls(sc, y, True), Z()
            L.SSL_set_session(c.o, session)
            early = b'GET /early HTTP/1.1\r\n\r\n'
            assert L.SSL_write_early_data(c.o, early, len(early), ctypes.byref(n)) == 1
            state, got = 0, b''
            while state != 2:
                state = L.SSL_read_early_data(s.o, s.buffer, 65536, ctypes.byref(n))
                if state == 1: got += s.buffer.raw[:n.value]
                c.shake()
            assert got == early
            shake(c, s)
            c.write(b'GET /late HTTP/1.1\r\n\r\n'); get(s)
            s.write(b'HTTP/1.1 204 No Content\r\n\r\n'); get(c)
            """);

        const string Requests = "GET /early HTTP/1.1\r\n\r\nGET /late HTTP/1.1\r\n\r\n";
        Assert.Equal(Requests, Server(child, events).Plaintext(EventRecorder.Ingress));
        Assert.Equal("GET /late HTTP/1.1\r\n\r\n", Client(child, events).Plaintext(EventRecorder.Egress));
        Assert.All(
            Client(child, events).Data.Where(d => d.IsPlaintext()),
            d => Assert.True(d.Data.Flags.HasFlag(ConnectionFlags.Midstream)));
        Assert.Equal(
            "HTTP/1.1 204 No Content\r\n\r\n", Server(child, events).Plaintext(EventRecorder.Egress));
    }

    /// <summary>Calls that would block are repeated with the same buffer, as the library demands.</summary>
    [Fact]
    public void Writes_ThatWouldBlock_CountWhenTheySucceed()
    {
        var (child, events) = Trace(
            """
            c, s = connected(sc, cc)
            for x in (c.sock, s.sock):
                x.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
                x.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            head = b'POST / HTTP/1.1\r\nContent-Length: 960000\r\n\r\n'
            sent, got, stuck, empty = b'', b'', 0, 0
            for chunk in [head] + [b'%08d' % i * 5000 for i in range(24)]:
                while c.write(chunk) < 0:
                    stuck += 1
                    more = s.read(); got += more; empty += not more
                sent += chunk
            while len(got) < len(sent): got += s.read()
            assert got == sent
            import hashlib
            report(stuck=stuck, empty=empty, hash=hashlib.sha256(sent).hexdigest())
            """);

        Assert.True(child.Number("stuck") > 0, "no write would have blocked");
        Assert.Equal(child.Facts.GetProperty("hash").GetString(), Hash(Client(child, events), EventRecorder.Egress));
        Assert.Equal(child.Facts.GetProperty("hash").GetString(), Hash(Server(child, events), EventRecorder.Ingress));
    }

    /// <summary>The kernel encrypts; a file's bytes never pass through the program.</summary>
    [Fact]
    public void KernelTls_WithSendfile_IsSeenButForTheFile()
    {
        const int EnableKtls = 1 << 3;
        var (child, events) = Trace($$"""
            L.SSL_CTX_set_options(sc, {{EnableKtls}})
            c, s = connected(sc, cc)
            report(ktls=L.BIO_ctrl(L.SSL_get_wbio(s.o), 73, 0, None))
            c.write(b'GET /file HTTP/1.1\r\n\r\n'); get(s)
            s.write(b'HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n')
            import tempfile
            with tempfile.TemporaryFile() as f:
                f.write(b'x' * 4096); f.flush()
                report(sent=L.SSL_sendfile(s.o, f.fileno(), 0, 4096, 0))
            """);
        Assert.SkipUnless(child.Number("ktls") == 1, "no TLS in this kernel (module tls) or OpenSSL");

        Assert.Equal(4096, child.Number("sent"));
        var egress = Server(child, events).Data
            .Where(d => d.IsPlaintext() && d.Data.Direction == EventRecorder.Egress).ToList();
        Assert.Equal([0UL, 4137UL], egress.Select(d => d.Data.Position)); // headers of 41 bytes, the mark at the end
        Assert.Empty(egress[1].Payload);
    }

    /// <summary>
    /// Coroutines that change stacks inside the library, as where read is replaced by one that waits elsewhere: a
    /// return probe would end the process. What is not sure to belong together is lost and counted.
    /// </summary>
    [Fact]
    public async Task Calls_OfTwoStacksAtOnceOnAThread_AreRightOrCountedAsLost()
    {
        using var folder = new TempFolder();
        var program = folder.File("fibers");
        await ChildProcess.RunAsync(
            Programs.Require("clang", "clang"),
            ["-rdynamic", "-o", program, folder.Write("fibers.c", FiberProgram.Source), FiberProgram.Library],
            TestContext.Current.CancellationToken);
        attached.Sockets.DrainAll();
        var lostBefore = attached.Sockets.Total(SocketProbeCounter.TlsOtherStack);

        await using var run = ChildProcess.Start(program, [attached.PemFile]);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, "fibers switched inside SSL_read"), (run.ExitCode, run.Output));
        var events = attached.Sockets.DrainAll();
        var ingress = events.Of((uint)run.Id).Where(c => c.Open.Role == (byte)Model.Role.Server)
            .SelectMany(c => c.Data.Where(d => d.IsPlaintext() && d.Data.Direction == EventRecorder.Ingress)
                .Select(d => (c.Id, Text: System.Text.Encoding.ASCII.GetString(d.Payload))))
            .ToList();
        var lost = attached.Sockets.Total(SocketProbeCounter.TlsOtherStack) - lostBefore;
        Assert.All(ingress.GroupBy(d => d.Id), c => Assert.Single(c.Select(d => d.Text).Distinct()));
        Assert.Equal(FiberProgram.Reads, ingress.Count + lost);
    }

    private (Child Child, EventRecorder Events) Trace(string script, int version = Tls13) => attached.TraceRaw(
        $"{RawTls.Prelude}\nsc, cc = contexts(b'{attached.PemFile}', {version})\n{script}");

    private static RecordedConnection Server(Child child, EventRecorder events) => Last(child, events, "server");

    private static RecordedConnection Client(Child child, EventRecorder events) => Last(child, events, "client");

    private static RecordedConnection Last(Child child, EventRecorder events, string side) =>
        events.Of(child.Tgid).Last(c => c.Id.Fd == child.Number(side));

    private static string Hash(RecordedConnection connection, int direction) => Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(
            System.Text.Encoding.ASCII.GetBytes(connection.Plaintext(direction))));
}
