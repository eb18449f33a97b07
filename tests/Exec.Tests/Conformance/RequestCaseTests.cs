using System.Text.Json;
using PixieOrleans.Exec.Tests.Kernels;

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

    /// <summary>Whether a case is one of these; they need more than a comparison of cells.</summary>
    internal static bool Covers(JsonElement item) =>
        item.TryGetProperty("expect_json", out _)
        || item.TryGetProperty("expect_centroids", out _)
        || (item.TryGetProperty("args", out var arguments) && arguments.EnumerateArray().Any(IsResult));

    private static bool IsResult(JsonElement argument) => argument.GetProperty("type").GetString() == "RESULT_OF";

    private static List<JsonElement> Cases(Func<JsonElement, bool> filter)
    {
        var path = UdfCaseTests.FindCases();
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
