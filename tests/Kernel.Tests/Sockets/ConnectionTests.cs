using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.Kernel.Tests.Sockets;

/// <summary>Identity, addresses, role and life of TCP connections.</summary>
public sealed class ConnectionTests(OpenProbe open) : IClassFixture<OpenProbe>
{
    private const byte Client = 1;
    private const byte Server = 2;

    [Theory]
    [InlineData("socket.AF_INET", "127.0.0.1", 1, "127.0.0.1")]
    [InlineData("socket.AF_INET6", "::1", 2, "::1")]
    public void OpenAndClose_HaveAddressesAndRoles(string family, string host, byte expectedFamily, string address)
    {
        var (child, events) = open.Trace($"""
            c, a = pair({family}, '{host}')
            c.send(b'ab'); a.recv(2); a.close(); c.close()
            """);

        var (clientPort, serverPort) = ((ushort)child.Number("client_port"), (ushort)child.Number("server_port"));
        var client = events.Single(child.Tgid, child.Number("client"));
        var server = events.Single(child.Tgid, child.Number("server"));
        Assert.Equal((clientPort, serverPort), (client.Open.LocalPort, client.Open.RemotePort));
        Assert.Equal((serverPort, clientPort), (server.Open.LocalPort, server.Open.RemotePort));
        Assert.Equal((Client, Server), (client.Open.Role, server.Open.Role));
        Assert.Equal(expectedFamily, client.Open.Family);
        Assert.Equal(address, RecordedConnection.Address(client.Open.LocalAddress, expectedFamily));
        Assert.Equal(address, RecordedConnection.Address(server.Open.RemoteAddress, expectedFamily));
        Assert.Equal(ConnectionFlags.None, client.Open.Flags);
        Assert.Equal((2UL, 0UL), (client.Close.BytesSent, client.Close.BytesReceived));
        Assert.Equal((0UL, 2UL), (server.Close.BytesSent, server.Close.BytesReceived));
    }

    [Fact]
    public void MappedAddress_IsIPv4()
    {
        var (child, events) = open.Trace("""
            s = socket.socket(socket.AF_INET6); s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            s.bind(('::', 0)); s.listen()
            c = socket.create_connection(('127.0.0.1', s.getsockname()[1])); a, _ = s.accept()
            report(server=a.fileno())
            """);

        var server = events.Single(child.Tgid, child.Number("server"));
        Assert.Equal(1, server.Open.Family);
        Assert.Equal("127.0.0.1", RecordedConnection.Address(server.Open.RemoteAddress, 1));
        Assert.Equal("127.0.0.1", RecordedConnection.Address(server.Open.LocalAddress, 1));
    }

    [Fact]
    public void AcceptWithoutFlags_IsSeenToo()
    {
        var (child, events) = open.Trace("""
            s = listen(); c = socket.create_connection(s.getsockname())
            report(server=libc.accept(s.fileno(), None, None))
            """);

        Assert.Equal(Server, events.Single(child.Tgid, child.Number("server")).Open.Role);
    }

    [Fact]
    public void NonBlockingConnect_IsOneConnection()
    {
        var (child, events) = open.Trace("""
            s = listen(); c = socket.socket(); c.setblocking(False)
            try: c.connect(s.getsockname())
            except BlockingIOError: report(blocked=1)
            select.select([], [c], []); c.send(b'x')
            report(client=c.fileno())
            """);

        var client = events.Single(child.Tgid, child.Number("client"));
        Assert.Equal(1, child.Number("blocked"));
        Assert.Equal(Client, client.Open.Role);
        Assert.NotEqual(0, client.Open.LocalPort);
        Assert.Equal("x"u8, client.Bytes(EventRecorder.Egress));
    }

    [Fact]
    public void OlderThanTheTracer_IsMarkedAndHasAddresses()
    {
        using var child = Child.StartAndWait("c, a = pair()\nc.send(b'before')\nwait_for_go()\nc.send(b'after')\n");
        using var probe = TestProbe.Start(new SocketProbeOptions { Roles = TestProbe.AllRoles });

        child.Go();

        var client = probe.DrainAll().Single(child.Tgid, child.Number("client"));
        Assert.Equal(ConnectionFlags.Midstream, client.Open.Flags);
        Assert.Equal((ushort)child.Number("server_port"), client.Open.RemotePort);
        Assert.Equal("after"u8, client.Bytes(EventRecorder.Egress));
    }

    [Theory]
    [InlineData("close", "c.close()")]
    [InlineData("dup2", "n = os.open('/dev/null', os.O_RDONLY); os.dup2(n, c.fileno()); c.detach()")]
    [InlineData("dup3", "n = os.open('/dev/null', os.O_RDONLY); os.dup2(n, c.fileno(), False); c.detach()")]
    [InlineData("close_range", "libc.syscall(436, c.fileno(), c.fileno(), 0); c.detach()")]
    public void Descriptor_GivenUp_EndsTheConnection(string how, string script)
    {
        var (child, events) = open.Trace($"""
            c, a = pair()
            c.send(b'one')
            {script}
            report(mark=a.fileno())
            a.recv(1)
            """);

        var all = events.Of(child.Tgid);
        var closed = all.FindIndex(c => c.Id.Fd == child.Number("client") && c.IsClosed);
        Assert.True(closed >= 0, how);
        Assert.Equal(3UL, all[closed].Close.BytesSent);
        var closeTime = all[closed].Close.Header.TimestampNs;
        var readTime = events.Single(child.Tgid, child.Number("mark")).Data.First().Data.Header.TimestampNs;
        Assert.True(closeTime < readTime, "closed by the call, not by the exit of the process");
    }

    [Fact]
    public void ReusedDescriptor_IsANewGeneration()
    {
        var (child, events) = open.Trace("""
            fds = []
            for i in range(5):
                c, a = pair(); c.send(b'%d' % i); fds.append(c.fileno()); a.close(); c.close()
            report(same=len(set(fds)))
            """);

        var clients = events.Of(child.Tgid).Where(c => c.Open.Role == Client).ToList();
        Assert.Equal(1, child.Number("same"));
        Assert.Equal("01234"u8, clients.Select(c => c.Bytes(EventRecorder.Egress)[0]).ToArray());
        Assert.Equal(5, clients.Select(c => c.Id.Generation).Distinct().Count());
        Assert.All(clients, c => Assert.Equal(1UL, c.Close.BytesSent));
    }

    [Fact]
    public void Threads_OfOneProcess_ShareTheConnection()
    {
        var (child, events) = open.Trace("""
            c, a = pair()
            for i in range(4):
                t = threading.Thread(target=lambda: c.send(b'abc')); t.start(); t.join()
            """);

        Assert.Equal("abcabcabcabc"u8, events.Single(child.Tgid, child.Number("client")).Bytes(EventRecorder.Egress));
    }
}
