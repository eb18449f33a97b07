using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PixieOrleans.TestKit.Servers.Databases;

/// <summary>memcached, which counts its commands.</summary>
public sealed class MemcachedServer : IAsyncDisposable
{
    private readonly ServerProcess _server;

    private MemcachedServer(ServerProcess server) => _server = server;

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port => _server.Port;

    /// <summary>Starts the server.</summary>
    public static async Task<MemcachedServer> StartAsync(CancellationToken cancellationToken)
    {
        var memcached = Programs.Require("memcached", "memcached");
        return new MemcachedServer(await ServerProcess.StartAsync(
            (port, _) => Task.FromResult<(string, string[])>(
                (memcached, ["-u", "nobody", "-l", "127.0.0.1", "-p", $"{port}", "-U", "0", "-I", "4m"])),
            null,
            cancellationToken));
    }

    /// <summary>Sends text on a connection of its own and returns all answers; the text ends with "quit".</summary>
    public async Task<string> SendAsync(string text, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <summary>The server's counters by name, such as cmd_get.</summary>
    public async Task<IReadOnlyDictionary<string, long>> ReadStatsAsync(CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>();
        foreach (var line in (await SendAsync("stats\r\nquit\r\n", cancellationToken)).Split("\r\n"))
        {
            if (line.Split(' ') is ["STAT", var name, var value]
                && long.TryParse(value, CultureInfo.InvariantCulture, out var count))
            {
                counts[name] = count;
            }
        }

        return counts;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
