using System.Text;
using System.Text.Json;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Pgsql;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Tests.Conformance;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Tests.Pgsql;

/// <summary>The pgsql cases of conformance/protocol-bytes.json.</summary>
public sealed class PgsqlConformanceTests
{
    private const int TextLimit = 1 << 16;

    private JsonElement _previous;

    [Fact]
    public void Cases_OfTheCollection_DifferOnlyWhereDocumented() => ByteCases.Run("pgsql", 13, Difference);

    private string? Difference(JsonElement item) => item.GetProperty("operation").GetString() switch
    {
        "ParseStartupMessage" => Compare(
            "user=postgres database=postgres application_name=psql client_encoding=UTF8",
            Render(text => PgsqlText.WriteStartup(Bytes(item).AsSpan(PgsqlFrame.StartupHeaderLength), text)))
            ?? Length(item, PgsqlFrame.ReadStartupHead(Bytes(item)), 0),
        "ParseRegularMessage" => Length(item, PgsqlFrame.ReadHead(Bytes(item), PgsqlSender.Unknown), 1),
        "ParseDataRow" => Compare(
            Joined(ByteCases.Check(item, "frame.cols")!.Value) + "\n",
            Render(text => PgsqlText.WriteRow(Bytes(item).AsSpan(PgsqlFrame.HeaderLength), [], [], false, text))),
        "ParseBindRequest" => Compare(
            "portal=destination portal statement=source prepared statement parameters=[[format=kBinary value=Jason], "
            + "[format=kBinary value=\\xaabbcc]] result_format_codes=[kText, kBinary]",
            Render(text => PgsqlText.WriteBind(Bytes(item), [], text))),
        "ParseParamDesc" => Compare(
            Joined(ByteCases.Check(item, "frame.type_oids")!.Value),
            Types(new PgsqlReader(Bytes(item)).ReadArray(sizeof(int)))),
        "ParseParse" => ParseDifference(item),
        "FindFrameBoundary" => Compare(
            ByteCases.Check(item, "result")!.Value.ToString(),
            PgsqlFrame.FindBoundary(Bytes(item), PgsqlSender.Unknown).ToString()),
        "StitchFrames" => StitchDifference(item),
        var other => $"unknown operation {other}",
    };

    private static string? ParseDifference(JsonElement item)
    {
        var reader = new PgsqlReader(Bytes(item));
        return Compare(ByteCases.Check(item, "frame.stmt_name")!.Value.GetString()!, Utf8(reader.ReadText()))
            ?? Compare(ByteCases.Check(item, "frame.query")!.Value.GetString()!, Utf8(reader.ReadText()))
            ?? Compare(
                Joined(ByteCases.Check(item, "frame.param_type_oids")!.Value),
                Types(reader.ReadArray(sizeof(int))));
    }

    // Requests, then answers, as a traced server sees them; the connection then closes.
    private string? StitchDifference(JsonElement item)
    {
        using var pgsql = new SessionHarness(new PgsqlProtocol(new FramingOptions()));
        JsonElement[] parts = item.TryGetProperty("after", out _) ? [_previous, item] : [item];
        foreach (var part in parts)
        {
            Array.ForEach(Frames(part, "requests"), bytes => pgsql.Request(bytes));
            Array.ForEach(Frames(part, "responses"), bytes => pgsql.Response(bytes));
        }

        _previous = item;
        var waiting = pgsql.Rows.Count;
        pgsql.Close();

        if (ByteCases.Check(item, "records[*].req.payload") is { } requests)
        {
            return Compare(Lines(requests), string.Join('\n', pgsql.Rows.Select(row => row.Text("req"))))
                ?? Compare(
                    Lines(ByteCases.Check(item, "records[*].resp.payload")!.Value),
                    string.Join('\n', pgsql.Rows.Select(row => row.Text("resp"))));
        }

        return ByteCases.Check(item, "requests_left")!.Value.TryGetProperty("not", out _)
            ? Compare("0 rows", $"{waiting} rows")
            : Compare("1 rows", $"{pgsql.Rows.Count} rows");
    }

    private static byte[][] Frames(JsonElement item, string name) =>
        [.. item.GetProperty(name).EnumerateArray()
            .Select(frame => frame.GetProperty("bytes").GetProperty("base64").GetBytesFromBase64())];

    private static string? Length(JsonElement item, FrameHead head, ulong tagBytes) =>
        head.Status != ParseStatus.Success ? head.Status.ToString()
        : Compare(ByteCases.Check(item, "frame.len")!.Value.ToString(), (head.Length - tagBytes).ToString());

    private static string? Compare(string expected, string actual) =>
        expected == actual ? null : $"{actual}, not {expected}";

    private static string Lines(JsonElement match) =>
        string.Join('\n', match.GetProperty("elements").EnumerateArray().Select(text => text.GetString()));

    private static string Joined(JsonElement match) =>
        string.Join(',', match.GetProperty("elements").EnumerateArray()
            .Select(value => value.ValueKind == JsonValueKind.Null ? "[NULL]" : value.ToString()));

    private static string Types(ReadOnlySpan<byte> oids)
    {
        var types = new List<string>();
        for (var reader = new PgsqlReader(oids); !reader.Rest.IsEmpty;)
        {
            types.Add(reader.ReadInt32().ToString());
        }

        return string.Join(',', types);
    }

    private static byte[] Bytes(JsonElement item) => item.GetProperty("bytes").GetBytesFromBase64();

    private static string Utf8(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);

    private static string Render(Action<CellText> write)
    {
        var text = new CellText(TextLimit);
        write(text);
        var rendered = Utf8(text.Value);
        text.Release();
        return rendered;
    }
}
