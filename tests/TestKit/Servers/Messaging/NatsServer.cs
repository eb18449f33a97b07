using System.Net.Http.Json;
using System.Text.Json;

namespace PixieOrleans.TestKit.Servers.Messaging;

/// <summary>Messages and bytes of a connection, or of all, as the server of NATS counts them.</summary>
public sealed record NatsCounts(int Port, long InMessages, long InBytes, long OutMessages, long OutBytes);

/// <summary>nats-server with its monitoring port.</summary>
public sealed class NatsServer : IAsyncDisposable
{
    private readonly ServerProcess _process;
    private readonly HttpClient _monitor;

    private NatsServer(ServerProcess process, int monitorPort)
    {
        _process = process;
        _monitor = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{monitorPort}") };
    }

    /// <summary>Port for clients.</summary>
    public int Port => _process.Port;

    /// <summary>Its process.</summary>
    public int ProcessId => _process.Process.Id;

    /// <summary>Starts a server.</summary>
    /// <param name="cancellationToken">Ends the wait early.</param>
    /// <param name="pem">A file with a certificate and its key, for TLS.</param>
    public static async Task<NatsServer> StartAsync(CancellationToken cancellationToken, string? pem = null)
    {
        string[] security = pem is null ? [] : ["--tls", "--tlscert", pem, "--tlskey", pem];
        var program = Programs.Require("nats-server", "nats-server");
        var monitorPort = FreePort.Next();
        var process = await ServerProcess.StartAsync(
            (port, _) => Task.FromResult<(string, string[])>(
                (program, ["-a", "127.0.0.1", "-p", $"{port}", "-m", $"{monitorPort}", .. security])),
            ready: null,
            cancellationToken);
        return new NatsServer(process, monitorPort);
    }

    /// <summary>Counts of the server.</summary>
    public async Task<NatsCounts> CountAsync(CancellationToken cancellationToken) =>
        ToCounts(await _monitor.GetFromJsonAsync<JsonElement>("/varz", cancellationToken));

    /// <summary>Counts of each connection, ended ones too.</summary>
    public async Task<IReadOnlyList<NatsCounts>> CountConnectionsAsync(CancellationToken cancellationToken)
    {
        var answer = await _monitor.GetFromJsonAsync<JsonElement>("/connz?state=all", cancellationToken);
        return [.. answer.GetProperty("connections").EnumerateArray().Select(ToCounts)];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _monitor.Dispose();
        await _process.DisposeAsync();
    }

    private static NatsCounts ToCounts(JsonElement counts) => new(
        counts.GetProperty("port").GetInt32(),
        counts.GetProperty("in_msgs").GetInt64(),
        counts.GetProperty("in_bytes").GetInt64(),
        counts.GetProperty("out_msgs").GetInt64(),
        counts.GetProperty("out_bytes").GetInt64());
}
