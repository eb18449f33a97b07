using System.Globalization;
using System.Text.RegularExpressions;

namespace PixieOrleans.TestKit.Servers.Http2;

/// <summary>A stream as nghttpd saw it.</summary>
/// <param name="RequestHeaders">Fields received, "name: value", in order.</param>
/// <param name="ResponseHeaders">Fields sent, likewise.</param>
/// <param name="RequestBytes">Bytes of data received.</param>
/// <param name="ResponseBytes">Bytes of data sent.</param>
public sealed record NghttpdStream(
    IReadOnlyList<string> RequestHeaders, IReadOnlyList<string> ResponseHeaders, long RequestBytes, long ResponseBytes);

/// <summary>Reads what nghttpd -v prints: a line per field received and per frame, fields sent below their frame.
/// </summary>
public static partial class NghttpdLog
{
    private const string FieldIndent = "          ";
    private static readonly TimeSpan LogDeadline = TimeSpan.FromSeconds(10);

    /// <summary>Waits until as many streams are closed and returns all.</summary>
    public static async Task<IReadOnlyList<NghttpdStream>> WaitAsync(
        string path, int count, CancellationToken cancellationToken)
    {
        await Poll.UntilAsync(
            async () => (await File.ReadAllLinesAsync(path, cancellationToken)).Count(IsClosed) >= count,
            LogDeadline,
            () => $"{count} streams in {path}",
            cancellationToken);
        var streams = new Dictionary<(string, string), Stream>();
        Stream? sending = null;
        foreach (var line in await File.ReadAllLinesAsync(path, cancellationToken))
        {
            if (line.StartsWith(FieldIndent, StringComparison.Ordinal))
            {
                AddSentField(sending, line.Trim());
                continue;
            }

            sending = null;
            if (StreamLine().Match(line) is { Success: true } match)
            {
                sending = Read(streams, match);
            }
        }

        return [.. streams.Values.Select(stream =>
            new NghttpdStream(stream.Received, stream.Sent, stream.ReceivedBytes, stream.SentBytes))];
    }

    private static bool IsClosed(string line) => line.EndsWith(" closed", StringComparison.Ordinal);

    private static void AddSentField(Stream? stream, string field)
    {
        if (stream is not null && field[0] is not ('(' or ';' or '['))
        {
            stream.Sent.Add(field);
        }
    }

    // The stream whose sent fields follow, if any.
    private static Stream? Read(Dictionary<(string, string), Stream> streams, Match match)
    {
        var id = match.Groups["stream"].Value;
        if (id == "0")
        {
            return null;
        }

        var key = (match.Groups["connection"].Value, id);
        var stream = streams.TryGetValue(key, out var known) ? known : streams[key] = new Stream();
        var sends = match.Groups["verb"].Value == "send";
        if (match.Groups["field"].Success)
        {
            stream.Received.Add(match.Groups["field"].Value);
        }
        else if (match.Groups["frame"].Value == "DATA")
        {
            var bytes = long.Parse(match.Groups["length"].Value, CultureInfo.InvariantCulture);
            stream.SentBytes += sends ? bytes : 0;
            stream.ReceivedBytes += sends ? 0 : bytes;
        }

        return sends && match.Groups["frame"].Value == "HEADERS" ? stream : null;
    }

    [GeneratedRegex(
        @"^\[id=(?<connection>\d+)\] \[[ \d.]+\] (?<verb>recv|send) "
        + @"(\(stream_id=(?<stream>\d+)\) (?<field>.*)"
        + @"|(?<frame>\w+) frame <length=(?<length>\d+), flags=\w+, stream_id=(?<stream>\d+)>)$")]
    private static partial Regex StreamLine();

    private sealed class Stream
    {
        public List<string> Received { get; } = [];

        public List<string> Sent { get; } = [];

        public long ReceivedBytes { get; set; }

        public long SentBytes { get; set; }
    }
}
