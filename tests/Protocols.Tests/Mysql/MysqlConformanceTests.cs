using System.Text;
using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Mysql;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Tests.Conformance;

namespace PixieOrleans.Protocols.Tests.Mysql;

public sealed class MysqlConformanceTests
{
    private static readonly byte[] Ping = MysqlBytes.Command(MysqlCommand.Ping);

    [Fact]
    public void Cases_OfTheCollection_DifferOnlyWhereDocumented() => ByteCases.Run("mysql", 15, Difference);

    private static string? Difference(JsonElement item) => item.GetProperty("operation").GetString() switch
    {
        "ParseFramesLoop" => ParseDifference(item),
        "FindFrameBoundary" => BoundaryDifference(item),
        "StitchFrames" => StitchDifference(item),
        "ProcessColumnDefPacket" or "ProcessBinaryResultsetRowPacket" => null, // cells of results are not read
        _ => ExchangeDifference(item),
    };

    private static MysqlSession NewSession()
    {
        using var mysql = New();
        return new MysqlSession(mysql.Context, new FramingOptions());
    }

    private static string? ParseDifference(JsonElement item)
    {
        using var session = NewSession();
        var bytes = item.GetProperty("bytes").GetBytesFromBase64();
        var head = session.ReadHead(Direction.Ingress, bytes);
        var expected = ByteCases.Check(item, "result.state")?.GetProperty("enum").GetString();
        var actual = head.Status == ParseStatus.Invalid ? "kInvalid"
            : head.Status == ParseStatus.NeedMoreData || head.Length > (ulong)bytes.Length ? "kNeedsMoreData"
            : "kSuccess";
        return actual == expected ? null : $"{actual}, not {expected}";
    }

    private static string? BoundaryDifference(JsonElement item)
    {
        using var session = NewSession();
        var found = session.FindBoundary(
            Direction.Ingress, item.GetProperty("bytes").GetBytesFromBase64());
        return found < 0 == (ByteCases.Check(item, "result")?.ToString() == "npos") ? null : $"found at {found}";
    }

    // Answers up to the last one of number 1 are older than the request, where the case has several.
    private static string? StitchDifference(JsonElement item)
    {
        using var mysql = New();
        Prepare(item, mysql);
        var before = mysql.Rows.Count;
        var responses = item.GetProperty("responses").EnumerateArray().Select(Packet).ToList();
        var old = responses.FindLastIndex(packet => packet[3] == 1);
        responses.Take(Math.Max(0, old)).ToList().ForEach(packet => mysql.Response(packet, 1000));
        item.GetProperty("requests").EnumerateArray().ToList().ForEach(packet => mysql.Request(Packet(packet), 2000));
        responses.Skip(Math.Max(0, old)).ToList().ForEach(packet => mysql.Response(packet, 3000));

        var records = mysql.Rows.Count - before;
        var expected = ByteCases.Check(item, "records.size")?.GetInt32();
        return records == expected ? null : $"{records} rows, not {expected}";
    }

    private static string? ExchangeDifference(JsonElement item)
    {
        using var mysql = New();
        Prepare(item, mysql);
        var before = mysql.Rows.Count;
        mysql.Request(Request(item), 2000);
        _ = item.TryGetProperty("responses", out var responses);
        foreach (var packet in responses.ValueKind == JsonValueKind.Array ? responses.EnumerateArray() : default)
        {
            mysql.Response(Packet(packet), 3000);
        }

        mysql.Close();
        if (mysql.Rows.Count == before)
        {
            return "no row";
        }

        var row = mysql.Rows[before];
        var status = ByteCases.Check(item, "record.resp.status")?.GetProperty("value").GetInt32();
        var text = ByteCases.Check(item, "record.resp.msg")?.GetString();
        var request = ByteCases.Check(item, "record.req.msg")?.GetString();
        var record = ByteCases.Check(item, "record") is { } whole ? Record(whole) : null;
        return status is not null && status != row.Int("resp_status") ? $"status {row.Int("resp_status")}"
            : text is not null && text != row.Text("resp_body") ? $"answer {row.Text("resp_body")}"
            : request is not null && request != row.Text("req_body") ? $"request {row.Text("req_body")}"
            : record is not null && record != MysqlRecording.Summary(row) ? MysqlRecording.Summary(row)
            : null;
    }

    private static string Record(JsonElement record)
    {
        var (request, response) = (record.GetProperty("req"), record.GetProperty("resp"));
        return $"{request[0].GetProperty("value")} {request[1]} -> {response[0].GetProperty("value")} {response[1]}";
    }

    // Cases of one handler show the answer alone; the handler tells the command.
    private static byte[] Request(JsonElement item) =>
        item.TryGetProperty("request", out var request) ? Packet(request)
        : item.GetProperty("operation").GetString() switch
        {
            "HandleOKMessage" => Ping,
            "HandleStmtPrepareOKResponse" => MysqlBytes.Command(MysqlCommand.StmtPrepare, "x"u8),
            _ => MysqlBytes.Query("x"),
        };

    private static void Prepare(JsonElement item, SessionHarness mysql)
    {
        if (!item.TryGetProperty("options", out var options))
        {
            return;
        }

        var statements = options.TryGetProperty("state", out var state)
            ? state.GetProperty("prepared")
            : options.GetProperty("prepared_statements");
        foreach (var statement in statements.EnumerateObject())
        {
            var text = Encoding.UTF8.GetBytes(statement.Value.GetString()!);
            mysql.Request(MysqlBytes.Command(MysqlCommand.StmtPrepare, text), 500);
            mysql.Response(
                MysqlBytes.Prepared(byte.Parse(statement.Name, null), (byte)text.Count(one => one == '?')), 600);
        }
    }

    private static byte[] Packet(JsonElement packet)
    {
        var message = packet.GetProperty("msg");
        var payload = message.ValueKind == JsonValueKind.String
            ? Encoding.UTF8.GetBytes(message.GetString()!)
            : message.GetProperty("base64").GetBytesFromBase64();
        return MysqlBytes.Packet(packet.GetProperty("sequence_id").GetInt32(), payload);
    }

    private static SessionHarness New() => new(new MysqlProtocol(new FramingOptions()));
}
