namespace PixieOrleans.TestKit.Servers.Messaging;

/// <summary>Brokers of Kafka, as librdkafka brings them: real sockets, nothing on disk.</summary>
public sealed class KafkaCluster : IAsyncDisposable
{
    private const string Announcement = "brokers ";
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);

    private readonly ChildProcess _process;

    private KafkaCluster(ChildProcess process, string brokers) => (_process, Brokers) = (process, brokers);

    /// <summary>Addresses as clients take them, with commas.</summary>
    public string Brokers { get; }

    /// <summary>The brokers' ports.</summary>
    public IReadOnlyList<int> Ports => [.. Brokers.Split(',').Select(broker => new Uri($"tcp://{broker}").Port)];

    /// <summary>Starts brokers of a kind: "dotnet" is the librdkafka of Confluent.Kafka, "python" Debian's.</summary>
    public static async Task<KafkaCluster> StartAsync(string kind, int brokers, CancellationToken cancellationToken)
    {
        (string Program, string[] Arguments) command = kind switch
        {
            "dotnet" => (Programs.RequireBuilt("PixieOrleans.Servers.Kafka", "PixieOrleans.Servers.Kafka"), []),
            "python" => (
                await Python.RequireAsync("confluent_kafka", "python3-confluent-kafka", cancellationToken),
                [Python.Script("Kafka/brokers.py")]),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such brokers"),
        };
        var process = ChildProcess.Start(command.Program, [.. command.Arguments, $"{brokers}"]);
        try
        {
            string? line = null;
            await Poll.UntilAsync(
                () => Task.FromResult((line = FindAnnouncement(process)) is not null),
                StartDeadline,
                () => $"the brokers are up; output: {process.Output}",
                cancellationToken);
            return new KafkaCluster(process, line![Announcement.Length..]);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string? FindAnnouncement(ChildProcess process) => process.HasExited
        ? throw new InvalidOperationException($"the brokers ended with {process.ExitCode}: {process.Output}")
        : process.Output.Split('\n')
            .FirstOrDefault(line => line.StartsWith(Announcement, StringComparison.Ordinal));
}
