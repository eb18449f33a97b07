using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.Kernel.Tests.Sockets;

/// <summary>UDP: one connection per peer.</summary>
public sealed class DatagramTests(OpenProbe open) : IClassFixture<OpenProbe>
{
    [Fact]
    public void Server_HasOneConnectionPerPeer()
    {
        var (child, events) = open.Trace("""
            s = socket.socket(type=socket.SOCK_DGRAM); s.bind(('127.0.0.1', 0))
            x, y = [socket.socket(type=socket.SOCK_DGRAM) for i in range(2)]
            x.sendto(b'from x', s.getsockname()); y.sendto(b'from y', s.getsockname())
            for i in range(2):
                data, peer = s.recvfrom(100); s.sendto(data.upper(), peer)
            report(server=s.fileno(), x=x.getsockname()[1], y=y.getsockname()[1])
            """);

        var peers = events.Of(child.Tgid).Where(c => c.Id.Fd == child.Number("server")).ToList();
        Assert.Equal([(ushort)child.Number("x"), (ushort)child.Number("y")], peers.Select(p => p.Open.RemotePort));
        Assert.All(peers, p => Assert.Equal(ConnectionFlags.Datagram, p.Open.Flags));
        Assert.Equal("from x"u8, peers[0].Bytes(EventRecorder.Ingress));
        Assert.Equal("FROM X"u8, peers[0].Bytes(EventRecorder.Egress));
        Assert.Equal("from y"u8, peers[1].Bytes(EventRecorder.Ingress));
    }

    [Theory]
    [InlineData("sendmsg", "c.sendmsg([b'q1'], [], 0, s.getsockname()); c.sendmsg([b'q2'], [], 0, s.getsockname())")]
    [InlineData("connected", "c.connect(s.getsockname()); c.send(b'q1'); os.write(c.fileno(), b'q2')")]
    [InlineData("sendmmsg", """
        c.connect(s.getsockname())
        m = messages([ctypes.create_string_buffer(b'q1', 2), ctypes.create_string_buffer(b'q2', 2)])
        assert libc.sendmmsg(c.fileno(), m, 2, 0) == 2
        """)]
    public void Client_NamesItsPeerByAnyCall(string how, string send)
    {
        var (child, events) = open.Trace($"""
            s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.bind(('::1', 0))
            c = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            {send}
            report(client=c.fileno(), port=s.getsockname()[1])
            c.close()
            """);

        var client = events.Single(child.Tgid, child.Number("client"));
        Assert.True(client.Open.RemotePort == child.Number("port"), how);
        Assert.Equal("::1", RecordedConnection.Address(client.Open.RemoteAddress, 2));
        Assert.Equal("q1q2"u8, client.Bytes(EventRecorder.Egress));
        Assert.Equal(4UL, client.Close.BytesSent);
    }

    [Fact]
    public void FurtherPeers_OfAClosedSocket_AreSwept()
    {
        var (child, events) = open.Trace("""
            s = [socket.socket(type=socket.SOCK_DGRAM) for i in range(3)]
            for x in s: x.bind(('127.0.0.1', 0))
            c = socket.socket(type=socket.SOCK_DGRAM)
            for x in s: c.sendto(b'x', x.getsockname())
            report(client=c.fileno())
            c.close()
            """);
        var recorder = new EventRecorder();

        open.Probe.Sweep(0, recorder, 0);

        // the first peer by close, the others by this sweep or by one that was due while draining
        var closed = events.Of(child.Tgid).Concat(recorder.Of(child.Tgid)).Where(c => c.IsClosed);
        Assert.Equal(3, closed.Count(c => c.Id.Fd == child.Number("client")));
    }
}
