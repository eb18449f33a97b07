using System.Text.Json;
using PixieOrleans.Exec.Tests.Kernels;
using PixieOrleans.Exec.Tests.Kernels.Requests;
using PixieOrleans.TestKit;

namespace PixieOrleans.Exec.Tests.Conformance;

/// <summary>Cases of statements and request paths, whose results are compared as JSON.</summary>
public sealed class RequestCaseTests
{
    [Fact]
    public void Cases_OfStatements_YieldTheirJson()
    {
        var cases = Cases(item => item.TryGetProperty("expect_json", out _));

        foreach (var item in cases)
        {
            using var actual = JsonDocument.Parse(Normalize(item));
            var expected = item.GetProperty("expect_json");
            Assert.True(
                JsonElement.DeepEquals(expected, actual.RootElement), $"{expected} is {actual.RootElement}");
        }

        Assert.Equal(12, cases.Count);
    }

    [Fact]
    public void Cases_OfRequestPaths_YieldTheirTemplates()
    {
        var predicted = Cases(item => item.TryGetProperty("args", out var list) && list.EnumerateArray().Any(IsResult));
        foreach (var item in predicted)
        {
            var rows = item.GetProperty("args")[1].GetProperty("rows").EnumerateArray().Select(TextOf);
            var actual = KernelCalls.Call(
                "_predict_request_path_cluster", item.GetProperty("args")[0].GetProperty("value").GetString()!,
                PathClusters.Build([.. rows]));
            Assert.Equal(item.GetProperty("expect").GetProperty("value").GetString(), actual);
        }

        Assert.Equal(2, predicted.Count);
    }

    [Fact]
    public void Cases_OfMergedRequestPaths_YieldTheirTemplatesInAnyOrder()
    {
        var merged = Assert.Single(Cases(item => item.TryGetProperty("expect_centroids", out _)));
        var parts = merged.GetProperty("merge_rows").EnumerateArray()
            .Select(part => part.EnumerateArray().Select(TextOf).ToArray()).ToList();

        for (var turn = 0; turn < parts.Count; turn++)
        {
            var json = PathClusters.Merge([.. parts.Skip(turn), .. parts.Take(turn)]);
            using var actual = JsonDocument.Parse(json);
            var templates = actual.RootElement.EnumerateArray()
                .Select(cluster => "/" + string.Join('/', cluster.GetProperty("c").EnumerateArray()));
            Assert.Equal(
                merged.GetProperty("expect_centroids").EnumerateArray().Select(template => template.GetString()),
                templates);
        }
    }

    /// <summary>Whether a case is one of these; they need more than a comparison of cells.</summary>
    internal static bool Covers(JsonElement item) =>
        item.TryGetProperty("expect_json", out _)
        || item.TryGetProperty("expect_centroids", out _)
        || (item.TryGetProperty("args", out var arguments) && arguments.EnumerateArray().Any(IsResult));

    private static bool IsResult(JsonElement argument) => argument.GetProperty("type").GetString() == "RESULT_OF";

    private static string TextOf(JsonElement row) => row[0].GetProperty("value").GetString()!;

    private static List<JsonElement> Cases(Func<JsonElement, bool> filter)
    {
        var path = SourceTree.Find(UdfCaseTests.CasesPath);
        Assert.SkipUnless(path is not null, "../shared/conformance/udf-cases.json is absent");
        var document = JsonDocument.Parse(File.ReadAllBytes(path!));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Where(filter)];
    }

    private static string Normalize(JsonElement item)
    {
        var (function, arguments) = (item.GetProperty("function").GetString()!, item.GetProperty("args"));
        if (function != "normalize_sql_core")
        {
            var command = arguments[1].GetProperty("value");
            return KernelBytes.Call(
                function,
                arguments[0].GetProperty("base64").GetBytesFromBase64(),
                command.ValueKind == JsonValueKind.Number ? command.GetInt64() : command.GetString()!);
        }

        var parameters = arguments[1].GetProperty("value").EnumerateArray().Select(value => value.GetString());
        var statement = $"query=[{arguments[0].GetProperty("value")}] params=[{string.Join(", ", parameters)}]";
        return (string)KernelCalls.Call("normalize_pgsql", statement, "Execute");
    }
}
