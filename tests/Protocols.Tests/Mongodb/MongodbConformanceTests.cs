using System.Text;
using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Mongodb;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Tests.Conformance;

namespace PixieOrleans.Protocols.Tests.Mongodb;

/// <summary>Cases of the collection. Sections are not kept, so their lengths are not compared.</summary>
public sealed class MongodbConformanceTests
{
    [Fact]
    public void Cases_OfTheCollection_DifferOnlyWhereDocumented() =>
        ByteCases.Run("mongodb", 12, item => item.GetProperty("kind").GetString() == "parse"
            ? ParseDifference(item)
            : StitchDifference(item));

    private static string? ParseDifference(JsonElement item)
    {
        var data = item.GetProperty("bytes").GetBytesFromBase64();
        var content = new MongodbContent(4096);
        var result = Parse(data, content, isAnswer: data.Length > 8 && BitConverter.ToInt32(data, 8) != 0);
        foreach (var check in item.GetProperty("checks").EnumerateArray())
        {
            var head = data.Length < MongodbHead.Bytes ? default : MongodbHead.Read(data);
            var actual = check.GetProperty("path").GetString() switch
            {
                "result" => result,
                "frame.length" => $"{head.Length}",
                "frame.request_id" => $"{head.Id}",
                "frame.response_to" => $"{head.Answered}",
                "frame.op_code" => $"kOP{head.Opcode}",
                "frame.op_msg_type" => Encoding.UTF8.GetString(content.Name.Value),
                "frame.more_to_come" => $"{content.HasMoreToCome}",
                "frame.checksum_present" => $"{(data[16] & 1) != 0}", // read over, not kept
                _ => null, // sections, what is left over, and a flag without meaning for a row
            };
            var value = check.GetProperty("value");
            var expected = value.ValueKind == JsonValueKind.Object
                ? value.GetProperty("enum").GetString()
                : value.ToString();
            if (actual is not null && actual != expected)
            {
                return $"{check.GetProperty("path")}: {actual}";
            }
        }

        return null;
    }

    // What is known and no row of its own is what the cases call ignored.
    private static string Parse(byte[] data, MongodbContent content, bool isAnswer)
    {
        var head = MongodbHead.ReadHead(data, isAnswer);
        if (head.Status == ParseStatus.Success && MongodbHead.Read(data).Opcode != MongodbOpcode.Msg)
        {
            return "kIgnored";
        }

        return head.Status == ParseStatus.NeedMoreData || head.Length > (ulong)data.Length ? "kNeedsMoreData"
            : head.Status == ParseStatus.Success
                && content.Read(MongodbOpcode.Msg, data.AsSpan(MongodbHead.Bytes), false, isAnswer ? false : null)
                ? "kSuccess"
            : "kInvalid";
    }

    private static string? StitchDifference(JsonElement item)
    {
        using var mongodb = new SessionHarness(new MongodbProtocol(new FramingOptions()));
        var frames = Frames(item, "requests", Direction.Ingress).Concat(Frames(item, "responses", Direction.Egress));
        foreach (var (frame, direction) in frames.OrderBy(sent => Number(sent.Frame, "timestamp_ns")))
        {
            mongodb.Send(direction, Bytes(frame, direction), Number(frame, "timestamp_ns"));
        }

        var rows = mongodb.Rows.Count;
        var left = mongodb.Close(1000).Rows.Count - rows;
        foreach (var check in item.GetProperty("checks").EnumerateArray())
        {
            var value = check.GetProperty("value");
            var (actual, expected) = check.GetProperty("path").GetString() switch
            {
                "error_count" => (mongodb.Counters.ResponsesWithoutRequest, value.GetInt32()),
                "requests_left.total_count" => (left, value.GetInt32()),
                "requests_left.all_empty" => (left, 0),
                "records.size" => (rows, value.GetInt32()),
                "records" => (rows, value.GetProperty("size").GetInt32()),
                "records[0].req.timestamp_ns" => ((long)mongodb.Rows[0]["time_"], value.GetInt64()),
                "records[5].req.timestamp_ns" => ((long)mongodb.Rows[5]["time_"], value.GetInt64()),
                "records[5].resp.timestamp_ns" =>
                    ((long)mongodb.Rows[5]["time_"] + mongodb.Rows[5].Int("latency"), value.GetInt64()),
                _ => (0L, 0L),
            };
            if (actual != expected)
            {
                return $"{check.GetProperty("path")}: {actual}";
            }
        }

        return null;
    }

    private static IEnumerable<(JsonElement Frame, Direction Direction)> Frames(
        JsonElement item, string side, Direction direction) => item.GetProperty(side).EnumerateArray()
        .SelectMany(stream => stream.GetProperty("frames").EnumerateArray())
        .Select(frame => (frame, direction));

    // The documents of the cases are empty.
    private static byte[] Bytes(JsonElement frame, Direction direction)
    {
        var id = (int)Number(frame, "request_id");
        var flags = frame.GetProperty("more_to_come").GetBoolean() ? MongodbBytes.MoreToCome : 0;
        return direction == Direction.Egress
            ? MongodbBytes.Answer(id, (int)Number(frame, "response_to"), flags)
            : MongodbBytes.Command(id, frame.GetProperty("is_handshake").GetBoolean() ? "hello" : "find", flags);
    }

    private static long Number(JsonElement frame, string name) => frame.GetProperty(name).GetInt64();
}
