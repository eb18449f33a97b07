using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace PixieOrleans.TestKit.Servers.Databases;

/// <summary>A command as Redis' MONITOR showed it.</summary>
/// <param name="RemotePort">Port of the client.</param>
/// <param name="Words">The command and its arguments.</param>
public sealed record RedisCommandLine(int RemotePort, string[] Words);

/// <summary>Redis, with a connection that monitors all others.</summary>
public sealed partial class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan MarkDeadline = TimeSpan.FromSeconds(10);

    private readonly ServerProcess _server;
    private readonly TcpClient _monitor;
    private readonly StreamReader _lines;

    private RedisServer(ServerProcess server, TcpClient monitor) =>
        (_server, _monitor, _lines) = (server, monitor, new StreamReader(monitor.GetStream(), Encoding.Latin1));

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port => _server.Port;

    /// <summary>Starts the server and the monitor.</summary>
    public static async Task<RedisServer> StartAsync(CancellationToken cancellationToken)
    {
        var redis = Programs.Require("redis-server", "redis-server");
        var server = await ServerProcess.StartAsync(
            (port, folder) => Task.FromResult<(string, string[])>(
                (redis, ["--bind", "127.0.0.1", "--port", $"{port}", "--save", "", "--dir", folder.Path])),
            null,
            cancellationToken);
        var monitor = new TcpClient();
        await monitor.ConnectAsync(IPAddress.Loopback, server.Port, cancellationToken);
        await monitor.GetStream().WriteAsync("MONITOR\r\n"u8.ToArray(), cancellationToken);
        var started = new RedisServer(server, monitor);
        await started._lines.ReadLineAsync(cancellationToken); // +OK
        return started;
    }

    /// <summary>Runs redis-cli with commands on its input, a line each, and returns its output.</summary>
    public async Task<string> CliAsync(string commands, CancellationToken cancellationToken)
    {
        var cli = Programs.Require("redis-cli", "redis-tools");
        var sh = Programs.Require("sh", "dash");
        var file = _server.Folder.Write($"{Guid.NewGuid()}.txt", commands);
        return await ChildProcess.RunAsync(sh, ["-c", $"exec {cli} -p {Port} < {file}"], cancellationToken);
    }

    /// <summary>
    /// All commands since the last call. Redis shows no commands of administration, nor unknown ones.
    /// </summary>
    public async Task<IReadOnlyList<RedisCommandLine>> ReadMonitorAsync(CancellationToken cancellationToken)
    {
        // A command that comes after all others.
        var mark = $"mark-{Guid.NewGuid()}";
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"ECHO {mark}\r\n"), cancellationToken);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(MarkDeadline);
        var commands = new List<RedisCommandLine>();
        while (await _lines.ReadLineAsync(deadline.Token) is { } line && !line.Contains(mark, StringComparison.Ordinal))
        {
            if (MonitorLine().Match(line) is { Success: true } match)
            {
                commands.Add(new RedisCommandLine(
                    int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture),
                    [.. match.Groups["word"].Captures.Select(word => Unescape(word.Value))]));
            }
        }

        return commands;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        _monitor.Dispose();
        return _server.DisposeAsync();
    }

    // As sdscatrepr of Redis writes them; bytes as Latin-1.
    private static string Unescape(string word)
    {
        var bytes = Escape().Replace(word, match => match.Value[1] switch
        {
            'n' => "\n",
            'r' => "\r",
            't' => "\t",
            'a' => "\a",
            'b' => "\b",
            'x' => $"{(char)int.Parse(match.Value[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)}",
            var other => $"{other}",
        });
        return Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));
    }

    // 1795393383.822061 [0 127.0.0.1:46560] "SET" "k" "v"; scripts have "lua" in place of an address.
    [GeneratedRegex(@"^\+?[\d.]+ \[\d+ [\d.]+:(?<port>\d+)\]( ""(?<word>([^""\\]|\\.)*)"")+$")]
    private static partial Regex MonitorLine();

    [GeneratedRegex(@"\\(x[0-9a-f]{2}|.)")]
    private static partial Regex Escape();
}
