using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Kafka;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Tests.Conformance;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Tests.Kafka;

/// <summary>
/// Cases of the collection. Of a body every member that the case expects must be there with its value; members that
/// the version does not have on the wire may be missing when the case expects them empty, and ours may have more.
/// </summary>
public sealed class KafkaConformanceTests
{
    // Decoding of single records, which we do not keep.
    private static readonly string[] NotMapped = ["ExtractVarlong", "ExtractRecordMessage", "ExtractRecordBatch"];

    [Fact]
    public void Cases_OfTheCollection_DifferOnlyWhereDocumented()
    {
        using var kafka = new SessionHarness(new KafkaProtocol(new FramingOptions())); // the stitch cases go on
        ByteCases.Run("kafka", 45, item => item.GetProperty("kind").GetString() switch
        {
            "decode" => DecodeDifference(item),
            "parse_stream" => ParseDifference(item),
            "boundary" => BoundaryDifference(item),
            _ => StitchDifference(item, kafka),
        });
    }

    private static string? DecodeDifference(JsonElement item)
    {
        var operation = item.GetProperty("operation").GetString()!;
        var expected = ByteCases.Check(item, "result")!.Value;
        var bytes = item.GetProperty("bytes").GetBytesFromBase64();
        if (NotMapped.Contains(operation))
        {
            return null;
        }

        var actual = operation switch
        {
            "ExtractNullableString" => JsonSerializer.Serialize(ReadText(bytes)),
            "ExtractRegularArray" => $"[{string.Join(',', ReadArray(bytes, flexible: false))}]",
            "ExtractCompactArray" => $"[{string.Join(',', ReadArray(bytes, flexible: true))}]",
            _ => ReadBody(item, operation, bytes),
        };
        return Difference(Elements(expected), JsonDocument.Parse(actual).RootElement, "result");
    }

    private static string ReadText(byte[] bytes)
    {
        var reader = new KafkaReader(bytes, flexible: true);
        return Encoding.UTF8.GetString(reader.ReadString());
    }

    // A compact array of texts that are not compact, as the case has it.
    private static List<string> ReadArray(byte[] bytes, bool flexible)
    {
        var head = new KafkaReader(bytes, flexible);
        var count = head.ReadLength(sizeof(int));
        var reader = new KafkaReader(head.Rest, flexible: false);
        var elements = new List<string>();
        for (var i = 0; i < count; i++)
        {
            elements.Add(flexible
                ? JsonSerializer.Serialize(Encoding.UTF8.GetString(reader.ReadString()))
                : $"{reader.ReadInt(sizeof(int))}");
        }

        Assert.False(reader.IsStopped);
        return elements;
    }

    private static string ReadBody(JsonElement item, string operation, byte[] bytes)
    {
        var info = item.GetProperty("options").GetProperty("SetAPIInfo");
        var version = info[1].GetInt32();
        var schema = KafkaMessages.Find((KafkaApi)info[0].GetProperty("value").GetInt32(), version)!;
        var text = new CellText(KafkaBody.LimitBytes);
        var fields = operation.EndsWith("Req", StringComparison.Ordinal) ? schema.Request : schema.Response;
        new KafkaBody(version, version >= schema.FlexibleFrom, bytes, null, text, truncated: false).Write(fields);
        return Encoding.UTF8.GetString(text.Value);
    }

    private static string? ParseDifference(JsonElement item)
    {
        var data = item.GetProperty("bytes").GetBytesFromBase64().AsSpan();
        var requests = item.GetProperty("direction").GetString() == "request";
        var pending = Pending(item);
        var frames = new List<int>();
        var state = "kSuccess";
        while (!data.IsEmpty && state == "kSuccess")
        {
            var head = requests
                ? KafkaFrame.ReadRequest(data, named: false)
                : KafkaFrame.ReadResponse(data, pending, expected: true);
            state = head.Status == ParseStatus.Invalid ? "kInvalid"
                : head.Status == ParseStatus.NeedMoreData || head.Length > (ulong)data.Length ? "kNeedsMoreData"
                : state;
            if (state == "kSuccess")
            {
                frames.Add(KafkaFrame.ReadCorrelation(data, requests));
                data = data[(int)head.Length..];
            }
        }

        var expected = (ByteCases.Check(item, "frames[0]") ?? ByteCases.Check(item, "frames"))!.Value
            .GetProperty("elements").EnumerateArray().Select(frame => frame.GetProperty("correlation_id").GetInt32());
        var expectedState = ByteCases.Check(item, "result.state")?.GetProperty("enum").GetString();
        return !expected.SequenceEqual(frames) ? $"frames {string.Join(' ', frames)}"
            : expectedState is not null && expectedState != state ? state
            : null;
    }

    private static PendingRequests<KafkaRequest> Pending(JsonElement item)
    {
        var pending = new PendingRequests<KafkaRequest>(keyed: true);
        if (item.TryGetProperty("options", out var options))
        {
            foreach (var id in options.GetProperty("state").GetProperty("global")[0].EnumerateArray())
            {
                pending.Add(new KafkaRequest { Key = id.GetInt32() });
            }
        }

        return pending;
    }

    // The requests that wait are those that the answers of the case belong to.
    private static string? BoundaryDifference(JsonElement item)
    {
        var data = item.GetProperty("bytes").GetBytesFromBase64();
        using var kafka = new SessionHarness(new KafkaProtocol(new FramingOptions()));
        var ids = item.TryGetProperty("options", out var options)
            ? options.GetProperty("state").GetProperty("seen_correlation_ids").EnumerateArray()
            : [];
        foreach (var id in ids.Select(id => id.GetInt32()))
        {
            var (api, version) = id == 4 ? (KafkaApi.Produce, 9) : (KafkaApi.Metadata, 11);
            kafka.Request(KafkaBytes.Request(api, version, id, [0, 0, 0, 1, 0, 0, 0, 1, 1, 0]));
        }

        var direction = item.GetProperty("direction").GetString() == "request" ? Direction.Ingress : Direction.Egress;
        var found = ((KafkaSession)kafka.Session).FindBoundary(direction, data);
        var expected = ByteCases.Check(item, "input_from_result") is { } rest
            ? data.Length - rest.GetProperty("base64").GetBytesFromBase64().Length
            : ByteCases.Check(item, "result")!.Value.GetInt32();
        return found == expected ? null : $"{found}, not {expected}";
    }

    private static string? StitchDifference(JsonElement item, SessionHarness kafka)
    {
        var rows = kafka.Rows.Count;
        foreach (var frame in item.GetProperty("requests").EnumerateArray())
        {
            kafka.Request(Bytes(frame), frame.GetProperty("timestamp_ns").GetInt64());
        }

        foreach (var frame in item.GetProperty("responses").EnumerateArray())
        {
            kafka.Response(Bytes(frame), frame.GetProperty("timestamp_ns").GetInt64());
        }

        var records = ByteCases.Check(item, "records.size")!.Value.GetInt32();
        return kafka.Rows.Count - rows != records ? $"{kafka.Rows.Count - rows} rows, not {records}"
            : records == 0 ? null
            : Message(item, "records[0].req.msg", kafka.Rows[^1].Text("req_body"))
                ?? Message(item, "records[0].resp.msg", kafka.Rows[^1].Text("resp"));
    }

    private static byte[] Bytes(JsonElement frame)
    {
        var bytes = frame.GetProperty("bytes").GetProperty("base64").GetBytesFromBase64();
        Assert.Equal(bytes.Length - sizeof(int), BinaryPrimitives.ReadInt32BigEndian(bytes));
        return bytes;
    }

    private static string? Message(JsonElement item, string path, string actual) => Difference(
        JsonDocument.Parse(ByteCases.Check(item, path)!.Value.GetString()!).RootElement,
        JsonDocument.Parse(actual).RootElement,
        path);

    private static JsonElement Elements(JsonElement expected) =>
        expected.ValueKind != JsonValueKind.Object ? expected
        : expected.TryGetProperty("elements", out var elements) ? elements
        : expected.TryGetProperty("empty", out _) ? JsonDocument.Parse("[]").RootElement
        : expected;

    private static string? Difference(JsonElement expected, JsonElement actual, string path)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                return expected.EnumerateObject()
                    .Select(member => actual.TryGetProperty(member.Name, out var value)
                        ? Difference(member.Value, value, $"{path}.{member.Name}")
                        : IsEmpty(member.Value) ? null : $"{path}.{member.Name} is missing")
                    .FirstOrDefault(difference => difference is not null);
            case JsonValueKind.Array when expected.GetArrayLength() != actual.GetArrayLength():
                return $"{path}: {actual}";
            case JsonValueKind.Array:
                return expected.EnumerateArray().Zip(actual.EnumerateArray())
                    .Select((pair, i) => Difference(pair.First, pair.Second, $"{path}[{i}]"))
                    .FirstOrDefault(difference => difference is not null);
            default:
                return expected.ToString() == actual.ToString() ? null : $"{path}: {actual}";
        }
    }

    private static bool IsEmpty(JsonElement value) =>
        value.ValueKind == JsonValueKind.False
        || (value.ValueKind == JsonValueKind.String && value.GetString() == "")
        || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);
}
