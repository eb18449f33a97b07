using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PixieOrleans.TestKit.Servers.Messaging;

/// <summary>A client that speaks a protocol of text by hand.</summary>
public sealed class TextPeer : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly StringBuilder _received = new();

    /// <summary>Everything received.</summary>
    public string Received => _received.ToString();

    /// <summary>Connects to a port of loopback.</summary>
    public static async Task<TextPeer> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        var peer = new TextPeer();
        await peer._client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        return peer;
    }

    /// <summary>Sends a text in one call.</summary>
    public async Task SendAsync(string text, CancellationToken cancellationToken) =>
        await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);

    /// <summary>Receives until what was received satisfies a condition; the peer's end is an error.</summary>
    public async Task ReceiveAsync(Func<string, bool> until, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(10));
        while (!until(Received))
        {
            var bytes = await _client.GetStream().ReadAsync(buffer, deadline.Token);
            if (bytes == 0)
            {
                throw new InvalidOperationException($"the connection ended after: {Received}");
            }

            _received.Append(Encoding.UTF8.GetString(buffer, 0, bytes));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
