using System.Text;
using System.Text.Json;
using PixieOrleans.Protocols.Cql;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Tests.Conformance;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Tests.Cql;

/// <summary>Cases of the collection. What a query asks for besides its values is not kept, so it is not compared.
/// </summary>
public sealed class CqlConformanceTests
{
    [Fact]
    public void Cases_OfTheCollection_DifferOnlyWhereDocumented() =>
        ByteCases.Run("cql", 46, item => item.GetProperty("kind").GetString() switch
        {
            "decode" => DecodeDifference(item),
            "parse_stream" => ParseDifference(item),
            _ => StitchDifference(item),
        });

    private static string? DecodeDifference(JsonElement item)
    {
        var operation = item.GetProperty("operation").GetString()!;
        var reader = new CqlReader(item.GetProperty("bytes").GetBytesFromBase64());
        var actual = operation switch
        {
            "ExtractQueryParameters" => Parameters(ref reader),
            "ExtractResultMetadata" => Columns(ref reader),
            _ => Read(operation, ref reader),
        };
        foreach (var check in item.GetProperty("checks").EnumerateArray())
        {
            var path = check.GetProperty("path").GetString();
            var isRight = path switch
            {
                "status" => reader.IsStopped == (check.GetProperty("op").GetString() == "error"),
                "eof" => reader.Rest.IsEmpty == check.GetProperty("value").GetBoolean(),
                "result" or "result.str" => actual == Expected(check.GetProperty("value")),
                "result.values.size" => actual.Split(',').Length == check.GetProperty("value").GetInt32(),
                "result.columns_count" => actual.Split(',').Length == check.GetProperty("value").GetInt32(),
                "result.family" => actual == "1.2.3.4",
                _ when path!.StartsWith("result.col_specs", StringComparison.Ordinal) && path.EndsWith("name") =>
                    actual.Contains($"\"{check.GetProperty("value").GetString()}\""),
                _ => true, // not kept
            };
            if (!isRight)
            {
                return $"{path}: {actual} {reader.IsStopped} {reader.Rest.Length}";
            }
        }

        return null;
    }

    private static string Read(string operation, ref CqlReader reader)
    {
        var text = new CellText(1024);
        switch (operation)
        {
            case "ExtractByte":
                return $"{reader.ReadByte()}";
            case "ExtractShort":
                return $"{reader.ReadShort()}";
            case "ExtractInt":
                return $"{reader.ReadInt()}";
            case "ExtractLong":
                return $"{reader.ReadLong()}";
            case "ExtractString" or "ExtractShortBytes":
                return Encoding.UTF8.GetString(reader.ReadString());
            case "ExtractLongString":
                return Encoding.UTF8.GetString(reader.ReadLongString());
            case "ExtractBytes":
                return Encoding.UTF8.GetString(reader.ReadBytes(out _));
            case "ExtractValue" or "ExtractNameValuePair":
                return Encoding.UTF8.GetString(reader.ReadValue(out _));
            case "ExtractUUID":
                Append(CqlType.Uuid, reader.Take(16), text);
                return Encoding.UTF8.GetString(text.Value).Trim('"');
            case "ExtractInet":
                Append(CqlType.Inet, reader.Take(reader.ReadByte()), text);
                reader.ReadInt();
                return Encoding.UTF8.GetString(text.Value).Trim('"');
            case "ExtractStringList":
                CqlRequestText.WriteList(ref reader, text);
                break;
            case "ExtractStringMap":
                CqlRequestText.WriteMap(ref reader, text);
                break;
            default:
                CqlResponseText.WriteLists(ref reader, text);
                break;
        }

        return Encoding.UTF8.GetString(text.Value);
    }

    private static void Append(CqlType type, ReadOnlySpan<byte> value, CellText text)
    {
        var types = new CqlReader([0, (byte)type]);
        CqlValueText.Append(ref types, value, text);
    }

    // The values of a query with these parameters.
    private static string Parameters(ref CqlReader reader)
    {
        var body = (byte[])[.. CqlBytes.LongText(""), .. reader.Rest];
        reader.Take(reader.Rest.Length);
        using var cql = new SessionHarness(new CqlProtocol(new FramingOptions()));
        cql.Request(CqlBytes.Request(1, CqlOpcode.Query, body)).Response(CqlBytes.Result(1));
        return cql.Row.Text("req_body").Trim();
    }

    // The columns of a result with this metadata.
    private static string Columns(ref CqlReader reader)
    {
        var body = (byte[])[.. CqlBytes.Int(2), .. reader.Rest, .. CqlBytes.Int(0)];
        reader.Take(reader.Rest.Length);
        using var cql = new SessionHarness(new CqlProtocol(new FramingOptions()));
        cql.Request(CqlBytes.Query(1)).Response(CqlBytes.Response(1, CqlOpcode.Result, body));
        return cql.Row.Text("resp_body").Split('\n')[2];
    }

    // Lists and maps as JSON.
    private static string Expected(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return value.ToString();
        }

        if (value.TryGetProperty("empty", out _))
        {
            return "";
        }

        var elements = value.GetProperty("elements").EnumerateArray().ToList();
        return elements.Exists(element => element.ValueKind == JsonValueKind.Object)
            ? $"{{{string.Join(',', elements.Select(element => Pair(element.GetProperty("pair"))))}}}"
            : JsonSerializer.Serialize(elements);
    }

    private static string Pair(JsonElement pair) =>
        $"\"{pair[0]}\":{(pair[1].ValueKind == JsonValueKind.Object ? Expected(pair[1]) : $"\"{pair[1]}\"")}";

    private static string? ParseDifference(JsonElement item)
    {
        var data = item.GetProperty("bytes").GetBytesFromBase64().AsSpan();
        var frames = new List<CqlEnvelope>();
        var state = "kSuccess";
        while (!data.IsEmpty && state == "kSuccess")
        {
            var head = CqlEnvelope.ReadHead(data, isResponse: false);
            state = head.Status == ParseStatus.Invalid ? "kInvalid"
                : head.Status == ParseStatus.NeedMoreData || head.Length > (ulong)data.Length ? "kNeedsMoreData"
                : state;
            if (state == "kSuccess")
            {
                frames.Add(CqlEnvelope.Read(data));
                data = data[(int)head.Length..];
            }
        }

        var expected = ByteCases.Check(item, "result.state")!.Value.GetProperty("enum").GetString();
        var count = ByteCases.Check(item, "frames.total_count")!.Value.GetInt32();
        return expected != state || count != frames.Count ? $"{state}, {frames.Count} frames"
            : count == 0 || frames[0] == new CqlEnvelope(false, 4, 0, 6, CqlOpcode.Query, 60) ? null
            : $"{frames[0]}";
    }

    private static string? StitchDifference(JsonElement item)
    {
        using var cql = new SessionHarness(new CqlProtocol(new FramingOptions()));
        foreach (var frame in Frames(item, "requests"))
        {
            cql.Request(Bytes(frame, 4), frame.GetProperty("timestamp_ns").GetInt64());
        }

        foreach (var frame in Frames(item, "responses"))
        {
            cql.Response(Bytes(frame, 0x84), frame.GetProperty("timestamp_ns").GetInt64());
        }

        var counters = cql.Counters;
        foreach (var check in item.GetProperty("checks").EnumerateArray())
        {
            var value = check.TryGetProperty("value", out var given) ? given : default;
            var path = check.GetProperty("path").GetString()!;
            var actual = path switch
            {
                "records.size" => $"{cql.Rows.Count}",
                "error_count" => $"{counters.ResponsesWithoutRequest + counters.InvalidFrames}",
                "records[0].req.op" => $"k{(CqlOpcode)cql.Rows[0].Int("req_op")}",
                "records[0].resp.op" => $"k{(CqlOpcode)cql.Rows[0].Int("resp_op")}",
                "records[0].req.msg" => cql.Rows[0].Text("req_body"),
                "records[0].resp.msg" => cql.Rows[0].Text("resp_body"),
                _ => null, // queues of another kind
            };
            var expected = value.ValueKind != JsonValueKind.Object ? value.ToString()
                : value.TryGetProperty("enum", out var name) ? name.GetString()
                : value.TryGetProperty("base64", out var bytes)
                    ? Encoding.UTF8.GetString(bytes.GetBytesFromBase64())
                : "";
            if (actual is not null && actual != expected)
            {
                return $"{path}: {actual}";
            }
        }

        return null;
    }

    private static IEnumerable<JsonElement> Frames(JsonElement item, string side) =>
        item.TryGetProperty(side, out var streams)
            ? streams.EnumerateArray().SelectMany(stream => stream.GetProperty("frames").EnumerateArray())
            : [];

    private static byte[] Bytes(JsonElement frame, int version)
    {
        var body = frame.TryGetProperty("body", out var given) ? given : default;
        return CqlBytes.Message(
            version,
            frame.GetProperty("stream").GetInt32(),
            (CqlOpcode)frame.GetProperty("opcode").GetProperty("value").GetInt32(),
            body.ValueKind == JsonValueKind.Object ? body.GetProperty("base64").GetBytesFromBase64()
                : body.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(body.GetString()!)
                : []);
    }
}
