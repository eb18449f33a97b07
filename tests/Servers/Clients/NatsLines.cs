using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

/// <summary>NATS over a stream of .NET, with TLS behind the server's greeting.</summary>
internal static class NatsLines
{
    /// <summary>Publishes texts to a subject and gets them.</summary>
    public static async Task RunAsync(int port, string subject, bool secure, string[] texts)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        Stream stream = client.GetStream();
        await WaitForAsync(stream, "\r\n"); // INFO
        if (secure)
        {
            var encrypted = new SslStream(stream, false, (_, certificate, _, _) => certificate is not null);
            await encrypted.AuthenticateAsClientAsync("localhost");
            stream = encrypted;
        }

        await using (stream)
        {
            await AskAsync(stream, """CONNECT {"verbose":false,"pedantic":false,"name":"lines"}""");
            await AskAsync(stream, $"SUB {subject} 1");
            foreach (var text in texts)
            {
                await AskAsync(stream, string.Create(
                    CultureInfo.InvariantCulture, $"PUB {subject} {text.Length}\r\n{text}"));
            }

            await AskAsync(stream, "UNSUB 1");
        }
    }

    private static async Task AskAsync(Stream stream, string lines)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(lines + "\r\nPING\r\n"));
        await WaitForAsync(stream, "PONG\r\n");
    }

    private static async Task WaitForAsync(Stream stream, string end)
    {
        var buffer = new byte[1 << 16];
        var received = "";
        while (!received.EndsWith(end, StringComparison.Ordinal))
        {
            var bytes = await stream.ReadAsync(buffer);
            if (bytes == 0)
            {
                throw new EndOfStreamException($"the connection ended behind {received}");
            }

            received += Encoding.ASCII.GetString(buffer, 0, bytes);
        }
    }
}
