using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace PixieOrleans.TestKit.Servers.Messaging;

/// <summary>RabbitMQ with its management plug-in, as user guest, on ports and in a folder of its own.</summary>
public sealed class RabbitMq : IAsyncDisposable
{
    private const string Script = "/usr/lib/rabbitmq/bin/rabbitmq-server"; // the one in PATH changes the user
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CountDeadline = TimeSpan.FromSeconds(15); // it samples every 5 s

    private readonly TempFolder _folder = new();
    private readonly int[] _ports = [.. Enumerable.Range(0, 4).Select(_ => FreePort.Next())];
    private readonly HttpClient _management;
    private ChildProcess? _names;
    private ChildProcess? _broker;

    private RabbitMq()
    {
        _management = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_ports[1]}") };
        _management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes("guest:guest")));
    }

    /// <summary>Port for clients.</summary>
    public int Port => _ports[0];

    /// <summary>Starts a broker and waits until it is up.</summary>
    public static async Task<RabbitMq> StartAsync(CancellationToken cancellationToken)
    {
        Programs.Require("rabbitmq-server", "rabbitmq-server");
        var broker = new RabbitMq();
        try
        {
            await broker.RunAsync(cancellationToken);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the broker's own counts of a queue satisfy a condition and returns them.</summary>
    /// <param name="queue">Its name.</param>
    /// <param name="condition">Asked with the object "message_stats", whose members are missing while they are 0.
    /// </param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    public async Task<IReadOnlyDictionary<string, long>> CountAsync(
        string queue, Func<IReadOnlyDictionary<string, long>, bool> condition, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, long> counts = new Dictionary<string, long>();
        await Poll.UntilAsync(
            async () =>
            {
                var answer = await _management.GetFromJsonAsync<JsonElement>(
                    $"/api/queues/%2f/{queue}", cancellationToken);
                counts = answer.TryGetProperty("message_stats", out var stats)
                    ? stats.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Number)
                        .ToDictionary(member => member.Name, member => member.Value.GetInt64())
                    : counts;
                return condition(counts);
            },
            CountDeadline,
            () => $"the counts of {queue}: {string.Join(", ", counts)}",
            cancellationToken);
        return counts;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in (ChildProcess?[])[_broker, _names])
        {
            if (process is not null)
            {
                await process.DisposeAsync(); // nothing to save
            }
        }

        _management.Dispose();
        _folder.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        // Names of nodes. In the foreground: the broker would leave one behind.
        _names = ChildProcess.Start(
            Programs.Require("epmd", "erlang-base"), ["-address", "127.0.0.1", "-port", $"{_ports[2]}"]);
        var conf = _folder.Write(
            "rabbitmq.conf",
            $"""
            listeners.tcp.1 = 127.0.0.1:{_ports[0]}
            management.tcp.ip = 127.0.0.1
            management.tcp.port = {_ports[1]}
            collect_statistics_interval = 500
            log.console = true
            log.file = false

            """);
        var plugins = _folder.Write("enabled_plugins", "[rabbitmq_management].");
        string[] environment =
        [
            $"HOME={_folder.Path}", $"RABBITMQ_CONFIG_FILE={conf}", $"RABBITMQ_ENABLED_PLUGINS_FILE={plugins}",
            $"RABBITMQ_MNESIA_BASE={_folder.File("data")}", $"RABBITMQ_LOG_BASE={_folder.File("log")}",
            "RABBITMQ_NODENAME=test@localhost", $"RABBITMQ_DIST_PORT={_ports[3]}",
            "ERL_EPMD_ADDRESS=127.0.0.1", $"ERL_EPMD_PORT={_ports[2]}",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}",
        ];
        _broker = ChildProcess.Start(
            Programs.Require("env", "coreutils"), [.. environment, Script], _folder.Path);
        await Poll.UntilAsync(
            () => IsUpAsync(cancellationToken),
            StartDeadline,
            () => $"RabbitMQ is up; output: {_broker.Output}",
            cancellationToken);
    }

    private async Task<bool> IsUpAsync(CancellationToken cancellationToken)
    {
        if (_broker!.HasExited)
        {
            throw new InvalidOperationException($"RabbitMQ ended with {_broker.ExitCode}: {_broker.Output}");
        }

        if (!_broker.Output.Contains("Server startup complete", StringComparison.Ordinal))
        {
            return false;
        }

        using var answer = await _management.GetAsync("/api/overview", cancellationToken);
        return answer.IsSuccessStatusCode;
    }
}
