using System.Net;
using System.Net.Sockets;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Processes;

namespace PixieOrleans.NodeProbe.Tests.Processes;

public sealed class ListeningSocketsTests
{
    [Fact]
    public void Resolve_OfRealSockets_TellsServerFromClient()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        var sockets = new ListeningSockets();

        Assert.Equal(Role.Server, sockets.Resolve((uint)Environment.ProcessId, Local(listener.LocalEndpoint), 0));
        Assert.Equal(
            Role.Client, sockets.Resolve((uint)Environment.ProcessId, Local(client.Client.LocalEndPoint!), 0));
    }

    [Fact]
    public void Resolve_OfAProcessThatIsGone_TellsNothing() =>
        Assert.Equal(Role.None, new ListeningSockets().Resolve(uint.MaxValue, default, 0));

    [Fact]
    public void Resolve_Repeated_ReadsTheListsAtMostEveryTenSeconds()
    {
        var reads = 0;
        var sockets = new ListeningSockets(
            _ => "net:[1]",
            _ =>
            {
                reads++;
                return ["head", "   0: 00000000:0050 00000000:0000 0A 00000000:00000000"];
            });
        var local = Endpoint.FromNetworkBytes([10, 0, 0, 1], 80);

        var roles = new[] { 0, 1, 9_999_999_999, 10_000_000_000 }.Select(t => sockets.Resolve(1, local, t)).ToList();

        Assert.Equal([Role.Server, Role.Server, Role.Server, Role.Server], roles);
        Assert.Equal(4, reads); // two files, twice
    }

    [Theory]
    [InlineData("   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000", "127.0.0.1:8080")]
    [InlineData("   1: 00000000000000000000000001000000:0050 0:0 0A 0:0", "[::1]:80")]
    [InlineData("   1: 0000000000000000FFFF00000100007F:0050 0:0 0A 0:0", "127.0.0.1:80")]
    public void ParseListener_OfAListeningLine_GivesItsAddress(string line, string expected)
    {
        var endpoint = IPEndPoint.Parse(expected);

        Assert.Equal(Local(endpoint), ListeningSockets.ParseListener(line));
    }

    [Theory]
    [InlineData("   0: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000")]
    [InlineData("   0: 0100007F 0 0A 0")]
    [InlineData("   0: 0100007G:0050 0 0A 0")]
    [InlineData("")]
    public void ParseListener_OfOtherLines_GivesNothing(string line) =>
        Assert.Null(ListeningSockets.ParseListener(line));

    private static Endpoint Local(EndPoint endpoint)
    {
        var ip = (IPEndPoint)endpoint;
        return Endpoint.FromNetworkBytes(ip.Address.GetAddressBytes(), (ushort)ip.Port);
    }
}
