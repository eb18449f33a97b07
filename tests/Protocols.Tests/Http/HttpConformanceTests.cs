using System.Text;
using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Http;

namespace PixieOrleans.Protocols.Tests.Http;

/// <summary>
/// The http cases of conformance/protocol-bytes.json. Cases that we answer differently on purpose are listed, with the
/// reason, in docs/protocols/differences.md; exactly those must differ.
/// </summary>
public sealed class HttpConformanceTests
{
    private const string Cases = "shared/conformance/protocol-bytes.json";

    private static readonly string[] Operations =
        ["ParseFrames", "ParseFramesLoop", "FindFrameBoundary", "ParseChunked", "HTTPUrlDecode"];

    [Fact]
    public void Cases_OfOurOperations_DifferOnlyWhereDocumented()
    {
        var root = FindUp("src/Protocols") ?? throw new InvalidOperationException("no repository above the test");
        var path = FindUp(Cases);
        Assert.SkipWhen(path is null, $"{Cases} is not there");
        var documented = File.ReadLines(Path.Combine(root, "docs/protocols/differences.md"))
            .Where(l => l.StartsWith("| `http/", StringComparison.Ordinal))
            .Select(l => l.Split('`')[1])
            .ToHashSet();
        using var cases = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(path!, Cases)));

        var (run, differences) = (0, new Dictionary<string, string>());
        foreach (var test in cases.RootElement.GetProperty("cases").EnumerateArray())
        {
            if (test.GetProperty("protocol").GetString() == "http"
                && Operations.Contains(test.GetProperty("operation").GetString()))
            {
                run++;
                if (Difference(test) is { } difference)
                {
                    differences[test.GetProperty("id").GetString()!] = difference;
                }
            }
        }

        Assert.True(run > 100, $"{run} cases");
        var found = string.Join('\n', differences.Select(d => $"{d.Key}: {d.Value}"));
        Assert.True(documented.SetEquals(differences.Keys), found + $"\ndocumented: {string.Join(", ", documented)}");
    }

    // The first ancestor folder of the test that has this below it.
    private static string? FindUp(string below)
    {
        for (var folder = Source(); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Path.Exists(Path.Combine(folder, below)))
            {
                return folder;
            }
        }

        return null;
    }

    private static string Source([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;

    private static string? Difference(JsonElement test)
    {
        var bytes = test.GetProperty("bytes").GetBytesFromBase64();
        return test.GetProperty("operation").GetString() switch
        {
            "ParseChunked" => Chunked(test, bytes),
            "HTTPUrlDecode" => UrlDecode(test, bytes),
            "FindFrameBoundary" => Boundary(test, bytes),
            _ => Frames(test, bytes),
        };
    }

    private static string? Chunked(JsonElement test, byte[] bytes)
    {
        using var http = new HttpHarness(new HttpOptions { KeepAllBodies = true });
        http.Request("GET / HTTP/1.1\r\n\r\n").Response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        http.Send(Direction.Egress, bytes, 5);

        var expected = Check(test, "result").GetProperty("enum").GetString();
        var state = http.Counters.InvalidFrames > 0 ? "kInvalid" : http.Rows.Count > 0 ? "kSuccess" : "kNeedsMoreData";
        return state != expected ? $"{state}, not {expected}"
            : state == "kSuccess" ? Differ(Check(test, "frame").GetString()!, http.Row.Text("resp_body"), "body")
            : null;
    }

    private static string? UrlDecode(JsonElement test, byte[] bytes) =>
        Differ(
            Check(test, "result").GetString()!, Encoding.UTF8.GetString(bytes, 0, HttpText.DecodeForm(bytes)), "text");

    private static string? Boundary(JsonElement test, byte[] bytes)
    {
        var kind = test.GetProperty("direction").GetString() == "request"
            ? HttpMessageKind.Request
            : HttpMessageKind.Response;
        var from = test.GetProperty("args")[0].GetInt32();

        var found = HttpBoundary.Find(bytes, kind, from, new HttpOptions(), new HttpHead());

        return Check(test, "result").GetString() == "npos" && test.GetProperty("checks").GetArrayLength() == 1
            ? Differ("-1", found.ToString(), "position")
            : Differ(
                Check(test, "input_from_result").GetString()!, Encoding.Latin1.GetString(bytes.AsSpan(found)), "rest");
    }

    private static string? Frames(JsonElement test, byte[] bytes)
    {
        var whole = FramesInPieces(test, bytes, [bytes.Length]);
        if (whole is not null || !HasSplitProperty(test))
        {
            return whole;
        }

        for (var i = 1; i < bytes.Length - 1; i += 2)
        {
            for (var j = i + 1; j < bytes.Length; j += 11)
            {
                if (FramesInPieces(test, bytes, [i, j - i, bytes.Length - j]) is { } difference)
                {
                    return $"cut at {i} and {j}: {difference}";
                }
            }
        }

        return null;
    }

    // "any_split_points": the same result for any two cuts. One case stands for those of a test that differ by a byte.
    private static bool HasSplitProperty(JsonElement test) =>
        test.GetProperty("id").GetString()!.EndsWith("#1", StringComparison.Ordinal);

    private static string? FramesInPieces(JsonElement test, byte[] bytes, int[] lengths)
    {
        var options = test.GetProperty("options");
        var request = test.GetProperty("direction").GetString() == "request";
        var resync = options.TryGetProperty("resync", out var r) && r.GetBoolean();
        var closed = options.TryGetProperty("state", out var s)
            && s.GetProperty("global").GetProperty("conn_closed").GetBoolean();
        using var http = new HttpHarness(
            new HttpOptions
            {
                KeepAllBodies = true,
                BodyLimitBytes = options.GetProperty("body_limit_bytes").GetInt32(),
            },
            midstream: resync);
        if (!request)
        {
            http.Request(string.Concat(Enumerable.Repeat("GET / HTTP/1.1\r\n\r\n", 3)));
        }

        var at = 0;
        foreach (var length in options.TryGetProperty("chunk_lengths", out var l) && lengths.Length == 1
            ? [.. l.EnumerateArray().Select(e => e.GetInt32())]
            : lengths)
        {
            http.Send(request ? Direction.Ingress : Direction.Egress, bytes[at..(at + length)], 5);
            at += length;
        }

        var inside = http.Session.RetainedBytes > (request ? http.Rows.Count : 0) && !request && http.Rows.Count == 0;
        if (request || closed)
        {
            http.Close();
        }

        var rows = http.Rows.Where(row => request || row.Int("resp_status") > 0).ToList();
        var state = http.Counters.InvalidFrames > 0 && rows.Count == 0 ? "kInvalid"
            : inside && rows.Count == 0 && bytes.Length > 0 ? "kNeedsMoreData"
            : "kSuccess";
        return Compare(test, rows, state, request);
    }

    private static string? Compare(JsonElement test, List<RecordedRow> rows, string state, bool request)
    {
        foreach (var check in test.GetProperty("checks").EnumerateArray())
        {
            var value = check.GetProperty("value");
            var difference = check.GetProperty("path").GetString() switch
            {
                "result.state" => Differ(value.GetProperty("enum").GetString()!, state, "state"),
                "frames[0]" => CompareFrames(value, rows, request),
                _ => null, // positions are not kept: bodies are walked over as they come
            };
            if (difference is not null)
            {
                return difference;
            }
        }

        return null;
    }

    private static string? CompareFrames(JsonElement expected, List<RecordedRow> rows, bool request)
    {
        var frames = expected.TryGetProperty("elements", out var elements) ? elements.EnumerateArray().ToList() : [];
        if (frames.Count != rows.Count)
        {
            return $"{rows.Count} frames, not {frames.Count}";
        }

        return frames.Zip(rows)
            .Select(pair => CompareFrame(pair.First, pair.Second, request))
            .FirstOrDefault(d => d is not null);
    }

    private static string? CompareFrame(JsonElement frame, RecordedRow row, bool request)
    {
        var side = request ? "req_" : "resp_";
        frame = frame.TryGetProperty("fields", out var inner) ? inner : frame;
        foreach (var field in frame.EnumerateObject())
        {
            var (expected, actual) = field.Name switch
            {
                "minor_version" => (field.Value.ToString(), row.Int("minor_version").ToString()),
                "resp_status" => (field.Value.ToString(), row.Int("resp_status").ToString()),
                "resp_message" or "req_method" or "req_path" => (field.Value.ToString(), row.Text(field.Name)),
                "body" => (field.Value.ToString(), row.Text(side + "body").Replace("... [TRUNCATED]", "")),
                "body_size" => (field.Value.ToString(), row.Int(side + "body_size").ToString()),
                "headers" => (Headers(field.Value), row.Text(side + "headers")),
                _ => ("", ""),
            };
            if (Differ(expected, actual, field.Name) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    private static string Headers(JsonElement pairs) =>
        "{" + string.Join(',', pairs.EnumerateArray().Select(p => $"\"{p[0]}\":\"{p[1]}\"")) + "}";

    private static JsonElement Check(JsonElement test, string path) =>
        test.GetProperty("checks").EnumerateArray()
            .First(c => c.GetProperty("path").GetString() == path)
            .GetProperty("value");

    private static string? Differ(string expected, string actual, string what) =>
        expected == actual ? null : $"{what}: \"{actual}\", not \"{expected}\"";
}
