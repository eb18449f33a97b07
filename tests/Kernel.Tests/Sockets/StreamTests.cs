using System.Text;
using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.Kernel.Tests.Sockets;

/// <summary>Bytes of each syscall on TCP connections.</summary>
public sealed class StreamTests(OpenProbe open) : IClassFixture<OpenProbe>
{
    private const string Text = "first piece, second";

    [Theory]
    [InlineData("write", "os.write(c.fileno(), b'first piece'); os.write(c.fileno(), b', second')")]
    [InlineData("writev", "os.writev(c.fileno(), [b'first', b'', b' piece', b', second'])")]
    [InlineData("sendto", "c.send(b'first piece'); c.send(b', second')")]
    [InlineData("sendmsg", "c.sendmsg([b'first piece', b', ', b'second'])")]
    [InlineData("sendmmsg", """
        m = messages([ctypes.create_string_buffer(b'first piece', 11), ctypes.create_string_buffer(b', second', 8)])
        assert libc.sendmmsg(c.fileno(), m, 2, 0) == 2
        """)]
    public void Egress_OfEachSyscall_IsSentWithPositions(string syscall, string send)
    {
        var (child, events) = open.Trace($"c, a = pair()\n{send}\n");

        var client = events.Single(child.Tgid, child.Number("client"));
        Assert.True(Encoding.ASCII.GetString(client.Bytes(EventRecorder.Egress)) == Text, syscall);
        Assert.Equal(19UL, client.Close.BytesSent);
        Assert.Equal(0UL, client.Close.BytesReceived);
    }

    [Theory]
    [InlineData("read", "os.read(a.fileno(), 5); os.read(a.fileno(), 100)")]
    [InlineData("readv", "os.readv(a.fileno(), [bytearray(5), bytearray(6), bytearray(100)])")]
    [InlineData("recvfrom", "a.recv(5); a.recv(100)")]
    [InlineData("recvmsg", "a.recvmsg_into([bytearray(5), bytearray(100)])")]
    [InlineData("recvmmsg", """
        m = messages([ctypes.create_string_buffer(5), ctypes.create_string_buffer(100)])
        assert libc.recvmmsg(a.fileno(), m, 2, 0, None) == 2
        """)]
    public void Ingress_OfEachSyscall_IsSentWithPositions(string syscall, string receive)
    {
        var (child, events) = open.Trace($"c, a = pair()\nc.send(b'{Text}')\n{receive}\n");

        var server = events.Single(child.Tgid, child.Number("server"));
        Assert.True(Encoding.ASCII.GetString(server.Bytes(EventRecorder.Ingress)) == Text, syscall);
        Assert.Equal(19UL, server.Close.BytesReceived);
    }

    [Fact]
    public void Peek_MovesNothing()
    {
        var (child, events) = open.Trace("c, a = pair()\nc.send(b'abc')\na.recv(3, socket.MSG_PEEK)\na.recv(3)\n");

        var server = events.Single(child.Tgid, child.Number("server"));
        Assert.Equal("abc"u8, server.Bytes(EventRecorder.Ingress));
    }

    [Theory]
    [InlineData("sendfile", "os.sendfile(c.fileno(), f.fileno(), 0, 5000)")]
    [InlineData("splice", """
        r, w = os.pipe(); os.splice(f.fileno(), w, 5000); os.splice(r, c.fileno(), 5000)
        """)]
    public void Egress_WithoutUserMemory_IsAGapOfItsSize(string syscall, string send)
    {
        var (child, events) = open.Trace($"""
            import tempfile
            f = tempfile.TemporaryFile(); f.write(b'x' * 5000); f.seek(0)
            c, a = pair()
            c.send(b'head')
            {send}
            c.send(b'tail')
            """);

        var client = events.Single(child.Tgid, child.Number("client"));
        var data = client.Data.Select(d => (d.Data.Position, d.Payload.Length));
        Assert.True(data.SequenceEqual([(0UL, 4), (5004UL, 0), (5004UL, 4)]), syscall);
    }

    [Fact]
    public void LargeCall_CrossesInPieces_UpToTheCap()
    {
        var (child, events) = open.Trace("""
            c, a = pair()
            c.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
            data = bytes(range(256)) * 400
            sent = c.send(data[:100000], socket.MSG_DONTWAIT)
            c.send(b'end', socket.MSG_DONTWAIT)
            report(sent=sent)
            """);

        var pieces = events.Single(child.Tgid, child.Number("client")).Data.ToList();
        var sent = child.Number("sent");
        Assert.True(sent > 65536, "the socket took less than the cap");
        var payload = pieces.SelectMany(p => p.Payload).ToArray();
        Assert.Equal(65536 + 3, payload.Length);
        Assert.All(payload.Take(65536).Index(), b => Assert.Equal((byte)b.Index, b.Item));
        Assert.Equal((ulong)sent, pieces[^1].Data.Position);
        Assert.Equal("end"u8, pieces[^1].Payload);
    }

    [Fact]
    public void Vectors_SixtyFourAndMore_CrossOrAreCounted()
    {
        var cut = open.Probe.Total(SocketProbeCounter.VectorCut);

        var (child, events) = open.Trace("""
            c, a = pair()
            os.writev(c.fileno(), [bytes([i]) for i in range(64)])
            os.writev(c.fileno(), [bytes([i]) for i in range(200)])
            os.write(c.fileno(), b'end')
            """);

        var pieces = events.Single(child.Tgid, child.Number("client")).Data.ToList();
        Assert.All(pieces.Take(64).Index(), p => Assert.Equal([(byte)p.Index], p.Item.Payload));
        Assert.Equal(264UL, pieces[^1].Data.Position);
        Assert.Equal("end"u8, pieces[^1].Payload);
        Assert.Equal(cut + 1, open.Probe.Total(SocketProbeCounter.VectorCut));
    }

    [Fact]
    public void FilesPipesAndUnixSockets_YieldNothing()
    {
        var (child, events) = open.Trace("""
            a, b = socket.socketpair(); a.send(b'unix'); b.recv(10)
            r, w = os.pipe(); os.write(w, b'pipe'); os.read(r, 10)
            f = os.open('/dev/null', os.O_WRONLY); os.write(f, b'file')
            """);

        Assert.Empty(events.Of(child.Tgid));
    }
}
