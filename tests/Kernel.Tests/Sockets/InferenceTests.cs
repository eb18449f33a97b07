using System.Text;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.Kernel.Tests.Sockets;

/// <summary>Which connections are recognised, and what of them crosses.</summary>
public sealed class InferenceTests(DefaultProbe shared) : IClassFixture<DefaultProbe>, IDisposable
{
    private const byte Http = (byte)Protocol.Http;
    private SocketProbe? _probe;

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("HEAD / HTTP/1.1\r\n\r\n")]
    [InlineData("POST /a HTTP/1.1\r\n\r\n")]
    [InlineData("PUT /a HTTP/1.1\r\n\r\n")]
    [InlineData("DELETE /a HTTP/1.1\r\n\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\n\r\n")]
    [InlineData("PATCH /a HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT example.org:443 HTTP/1.1\r\n\r\n")]
    [InlineData("TRACE / HTTP/1.1\r\n\r\n")]
    [InlineData("PROPFIND /a HTTP/1.1\r\n\r\n")]
    [InlineData("PROPPATCH /a HTTP/1.1\r\n\r\n")]
    [InlineData("MKCOL /a HTTP/1.1\r\n\r\n")]
    [InlineData("REPORT /a HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://example.org/ HTTP/1.1\r\n\r\n")]
    public void Request_OfAnyMethod_CrossesOnTheServerSideOnly(string request)
    {
        var (child, events) = Trace($"""
            c, a = pair()
            c.send({Python(request)}); a.recv(200)
            a.send(b'HTTP/1.1 200 OK\r\n\r\n'); c.recv(200)
            """);

        var server = events.Single(child.Tgid, child.Number("server"));
        Assert.Equal(request, Encoding.ASCII.GetString(server.Bytes(EventRecorder.Ingress)));
        Assert.Equal("HTTP/1.1 200 OK\r\n\r\n"u8, server.Bytes(EventRecorder.Egress));
        Assert.All(server.Data, d => Assert.Equal((Http, (byte)Role.Server), (d.Data.Protocol, d.Data.Role)));
        Assert.Empty(events.Single(child.Tgid, child.Number("client")).Data);
    }

    [Theory]
    [InlineData("GET key\r\n", "inline command of Redis")]
    [InlineData("GETTING started\r\n", "longer word")]
    [InlineData("HTTP/2.0 200 OK\r\n", "not a version with this framing")]
    [InlineData("get / http/1.1\r\n", "methods are upper case")]
    [InlineData("*1\r\n$4\r\nPING\r\n", "Redis")]
    public void OtherBytes_CrossNot(string bytes, string why)
    {
        var (child, events) = Trace($"c, a = pair()\nc.send({Python(bytes)})\na.recv(200)");

        Assert.True(!events.Single(child.Tgid, child.Number("server")).Data.Any(), why);
        Assert.Equal((ulong)bytes.Length, events.Single(child.Tgid, child.Number("server")).Close.BytesReceived);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void RequestLine_InSmallPieces_IsSentFromItsFirstByte(int size)
    {
        var (child, events) = Trace($"""
            c, a = pair()
            request = b'GET /index.html HTTP/1.1\r\nhost: x\r\n\r\n'
            c.send(request)
            for i in range(0, len(request), {size}): a.recv({size})
            """);

        Assert.Equal(
            "GET /index.html HTTP/1.1\r\nhost: x\r\n\r\n",
            Encoding.ASCII.GetString(events.Single(child.Tgid, child.Number("server")).Bytes(EventRecorder.Ingress)));
    }

    [Fact]
    public void MissedStart_IsRecognisedAtTheNextMessage_WithTheRole()
    {
        using var child = Child.StartAndWait("""
            c, a = pair()
            c.send(b'POST / HTTP/1.1\r\ncontent-length: 2000\r\n\r\n'); a.recv(200)
            wait_for_go()
            c.send(b'x' * 2000); a.recv(4000)
            a.send(b'HTTP/1.1 204 No Content\r\n\r\n'); c.recv(200)
            """);
        var probe = Start(new SocketProbeOptions());

        child.Go();

        var server = probe.DrainAll().Single(child.Tgid, child.Number("server"));
        Assert.Equal("HTTP/1.1 204 No Content\r\n\r\n"u8, server.Bytes(EventRecorder.Egress));
        Assert.Equal((byte)Role.Server, server.Data.First().Data.Role);
    }

    [Fact]
    public void UnknownProtocol_IsGivenUp_AndCounted()
    {
        var probe = Start(new SocketProbeOptions { InferenceCalls = 3, Scope = SocketScopeKind.All });
        var before = probe.Total(SocketProbeCounter.Unrecognised);

        using var child = Child.Run("""
            c, a = pair()
            for i in range(4): c.send(b'binary'); a.recv(6)
            c.send(b'GET / HTTP/1.1\r\n\r\n'); a.recv(100)
            """);

        var server = probe.DrainAll().Single(child.Tgid, child.Number("server"));
        Assert.Empty(server.Data);
        Assert.Equal(42UL, server.Close.BytesReceived);
        Assert.True(probe.Total(SocketProbeCounter.Unrecognised) >= before + 2, "both sides are given up");
    }

    [Fact]
    public void Demote_StopsThePayload_NotTheCounts()
    {
        var probe = Start(new SocketProbeOptions());
        using var child = Child.StartAndWait("""
            c, a = pair()
            c.send(b'GET /one HTTP/1.1\r\n\r\n'); a.recv(100)
            wait_for_go()
            c.send(b'GET /two HTTP/1.1\r\n\r\n'); a.recv(100)
            """);
        var before = Assert.Single(probe.DrainAll().Of(child.Tgid), c => c.Data.Any());

        probe.Demote(before.Id);
        child.Go();

        var after = probe.DrainAll().Single(child.Tgid, before.Id.Fd);
        Assert.Empty(after.Data);
        Assert.Equal(before.Id, after.Id);
        Assert.Equal(42UL, after.Close.BytesReceived);
    }

    /// <inheritdoc/>
    public void Dispose() => _probe?.Dispose();

    private static string Python(string text) =>
        $"b'{text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}'";

    private SocketProbe Start(SocketProbeOptions options) => _probe = TestProbe.Start(options);

    private (Child Child, EventRecorder Events) Trace(string script) => shared.Trace(script);
}
