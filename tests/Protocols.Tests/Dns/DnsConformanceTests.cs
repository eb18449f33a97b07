using System.Globalization;
using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Dns;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Tests.Conformance;

namespace PixieOrleans.Protocols.Tests.Dns;

public sealed class DnsConformanceTests
{
    private SessionHarness _dns = New();

    [Fact]
    public void Cases_OfTheCollection_DifferOnlyWhereDocumented() => ByteCases.Run("dns", 10, Difference);

    private static SessionHarness New() => new(new DnsProtocol(new FramingOptions()), isDatagram: true);

    private string? Difference(JsonElement item) =>
        item.GetProperty("kind").GetString() == "stitch" ? StitchDifference(item) : ParseDifference(item);

    // A message that asks becomes a row without answer; one that answers is asked for first.
    private static string? ParseDifference(JsonElement item)
    {
        using var dns = New();
        var bytes = item.GetProperty("bytes").GetBytesFromBase64();
        var isAnswer = bytes.Length >= DnsHeader.Length && DnsHeader.Read(bytes).IsResponse;
        if (isAnswer)
        {
            var end = DnsHeader.Length;
            DnsName.TrySkip(bytes, ref end);
            byte[] query = [.. bytes.AsSpan(0, 2), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. bytes.AsSpan(12, end - 8)];
            dns.Request(query);
        }

        dns.Send(isAnswer ? Direction.Egress : Direction.Ingress, bytes, 2000).Close();
        var state = dns.Counters.InvalidFrames > 0 ? "kInvalid" : "kSuccess";
        var expected = ByteCases.Check(item, "result.state")?.GetProperty("enum").GetString();
        return state != expected ? $"{state}, not {expected}"
            : state == "kInvalid" ? null
            : FrameDifference(item, DnsHeader.Read(bytes), dns.Row, isAnswer);
    }

    private static string? FrameDifference(JsonElement item, DnsHeader header, RecordedRow row, bool isAnswer)
    {
        using var body = JsonDocument.Parse(row.Text(isAnswer ? "resp_body" : "req_body"));
        var records = body.RootElement.GetProperty(isAnswer ? "answers" : "queries");
        foreach (var check in item.GetProperty("checks").EnumerateArray())
        {
            var path = check.GetProperty("path").GetString()!;
            if (path.StartsWith("frames[*][0].", StringComparison.Ordinal)
                && Actual(path["frames[*][0].".Length..], header, records) is { } actual
                && actual != check.GetProperty("value").ToString())
            {
                return $"{path} {actual}";
            }
        }

        return null;
    }

    // Null for the address of a question, which has none.
    private static string? Actual(string path, DnsHeader header, JsonElement records)
    {
        var parts = path.Split('.', '[', ']');
        return path switch
        {
            "header.txid" => $"{header.Id}",
            "header.flags" => $"{header.Flags}",
            "header.num_queries" => $"{header.Questions}",
            "header.num_answers" => $"{header.Answers}",
            "header.num_auth" => $"{header.Authorities}",
            "header.num_addl" => $"{header.Additionals}",
            "records.size" => $"{records.GetArrayLength()}",
            _ when parts[0] == "records" => Actual(parts, records[int.Parse(parts[1], CultureInfo.InvariantCulture)]),
            _ => throw new InvalidOperationException(path),
        };
    }

    private static string? Actual(string[] parts, JsonElement record) => parts[3] switch
    {
        "name" => record.GetProperty("name").GetString(),
        "cname" => record.TryGetProperty("cname", out var name) ? name.GetString() : "",
        "addr" when parts[4] == "AddrStr" && record.TryGetProperty("addr", out var addr) => addr.GetString(),
        _ => null,
    };

    // The cases go on with what the one before left.
    private string? StitchDifference(JsonElement item)
    {
        if (!item.TryGetProperty("after", out _))
        {
            _dns = New();
        }

        var before = _dns.Rows.Count;
        var frames = Frames(item, "requests", Direction.Ingress).Concat(Frames(item, "responses", Direction.Egress));
        foreach (var (direction, timeNs, bytes) in frames.OrderBy(frame => frame.TimeNs))
        {
            _dns.Send(direction, bytes, timeNs);
        }

        var rows = _dns.Rows.Count - before;
        var records = ByteCases.Check(item, "records.size")?.GetInt32();
        return records != rows ? $"{rows} rows, not {records}" : null;
    }

    private static IEnumerable<(Direction Direction, long TimeNs, byte[] Bytes)> Frames(
        JsonElement item, string name, Direction direction) =>
        item.GetProperty(name).EnumerateArray().Select(frame =>
        {
            var header = frame.GetProperty("header");
            var bytes = DnsBytes.Ask(
                header.GetProperty("txid").GetInt32(), flags: header.GetProperty("flags").GetUInt16());
            return (direction, frame.GetProperty("timestamp_ns").GetInt64(), bytes);
        });
}
