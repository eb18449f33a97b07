using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PixieOrleans.Soak;

/// <summary>Many connections with one request each.</summary>
internal static class ShortConnections
{
    /// <summary>Opens connections one after the other in each of some lanes.</summary>
    public static Task RunAsync(int port, string path, int count, int lanes, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, lanes).Select(async lane =>
        {
            for (var i = lane; i < count; i += lanes)
            {
                await ExchangeAsync(port, $"{path}?r={i}", cancellationToken);
            }
        }));

    private static async Task ExchangeAsync(int port, string target, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        var request = $"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, cancellationToken) > 0)
        {
            // until the server closes
        }
    }
}
