using System.Text.RegularExpressions;

namespace PixieOrleans.TestKit.Servers.Messaging;

/// <summary>mosquitto, a broker of MQTT that logs each packet.</summary>
public sealed partial class Mosquitto : IAsyncDisposable
{
    private static readonly TimeSpan LogDeadline = TimeSpan.FromSeconds(10);

    private readonly ServerProcess _process;

    private Mosquitto(ServerProcess process) => _process = process;

    /// <summary>Port for clients.</summary>
    public int Port => _process.Port;

    private string LogFile => _process.Folder.File("mosquitto.log");

    /// <summary>Starts a broker.</summary>
    /// <param name="anonymous">Whether clients may come without a name.</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    public static async Task<Mosquitto> StartAsync(bool anonymous, CancellationToken cancellationToken)
    {
        var program = Programs.Require("mosquitto", "mosquitto");
        var process = await ServerProcess.StartAsync(
            (port, folder) => Task.FromResult<(string, string[])>(
                (program, ["-c", folder.Write("mosquitto.conf", Conf(port, folder, anonymous))])),
            ready: null,
            cancellationToken);
        return new Mosquitto(process);
    }

    /// <summary>Waits until the log has as many lines that begin so.</summary>
    public async Task WaitForLogAsync(string beginning, int count, CancellationToken cancellationToken) =>
        await Poll.UntilAsync(
            () => Task.FromResult(Lines().Count(line => line.StartsWith(beginning, StringComparison.Ordinal)) >= count),
            LogDeadline,
            () => $"{count} x '{beginning}' in the log, which has:\n{string.Join('\n', Lines())}",
            cancellationToken);

    /// <summary>Packets that ask or tell, as the broker logged them: who sent it, its kind, and what is known of it.
    /// </summary>
    /// <remarks>
    /// "client PUBLISH q1 m1 a/b 5" (quality, identifier, topic, bytes), "server PUBREL m1", "client SUBSCRIBE".
    /// </remarks>
    public IReadOnlyList<string> Packets() => [.. Lines().Select(Packet).OfType<string>()];

    /// <summary>Kinds of the packets that answer, by either side.</summary>
    public IReadOnlyList<string> Answers() =>
        [.. Lines().Select(line => AnswerLine().Match(line)).Where(match => match.Success)
            .Select(match => match.Groups["kind"].Value)];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Conf(int port, TempFolder folder, bool anonymous) => $"""
        listener {port} 127.0.0.1
        allow_anonymous {(anonymous ? "true" : "false")}
        user root
        log_dest file {folder.File("mosquitto.log")}
        log_type all
        log_timestamp false

        """;

    private static string? Packet(string line)
    {
        if (line.StartsWith("New client connected", StringComparison.Ordinal))
        {
            return "client CONNECT";
        }

        if (PublishLine().Match(line) is { Success: true } publish)
        {
            return $"{Sender(publish)} PUBLISH q{publish.Groups["qos"].Value} m{publish.Groups["mid"].Value} "
                + $"{publish.Groups["topic"].Value} {publish.Groups["bytes"].Value}";
        }

        if (ReleaseLine().Match(line) is { Success: true } release)
        {
            return $"{Sender(release)} PUBREL m{release.Groups["mid"].Value}";
        }

        var other = OtherLine().Match(line);
        return other.Success ? $"client {other.Groups["kind"].Value}" : null;
    }

    private static string Sender(Match match) => match.Groups["verb"].Value == "Received" ? "client" : "server";

    [GeneratedRegex(
        @"^(?<verb>Received|Sending) PUBLISH .* \(d\d, q(?<qos>\d), r\d, m(?<mid>\d+), '(?<topic>.*)', "
        + @"\.\.\. \((?<bytes>\d+) bytes\)\)$")]
    private static partial Regex PublishLine();

    [GeneratedRegex(@"^(?<verb>Received|Sending) PUBREL .* \((Mid: |m)(?<mid>\d+)\)$")]
    private static partial Regex ReleaseLine();

    [GeneratedRegex("^Received (?<kind>SUBSCRIBE|UNSUBSCRIBE|PINGREQ|DISCONNECT) from ")]
    private static partial Regex OtherLine();

    [GeneratedRegex("^(Received|Sending) (?<kind>CONNACK|PUBACK|PUBREC|PUBCOMP|SUBACK|UNSUBACK|PINGRESP) ")]
    private static partial Regex AnswerLine();

    private string[] Lines() => File.Exists(LogFile) ? File.ReadAllLines(LogFile) : [];
}
