using System.Text.Json;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Conformance;

/// <summary>
/// The cases of conformance/protocol-bytes.json, which lies beside the repository. Cases that we answer differently on
/// purpose are listed, with the reason, in docs/protocols/differences.md; exactly those must differ.
/// </summary>
internal static class ByteCases
{
    private const string Cases = "shared/conformance/protocol-bytes.json";

    /// <summary>Runs the cases of a protocol; skips without the file.</summary>
    /// <param name="protocol">Name of the protocol in the file.</param>
    /// <param name="atLeast">Fewer cases than this are a mistake of the test.</param>
    /// <param name="difference">What is different from the case's checks, or null.</param>
    public static void Run(string protocol, int atLeast, Func<JsonElement, string?> difference)
    {
        var path = SourceTree.Find(Cases);
        Assert.SkipWhen(path is null, $"{Cases} is not there");
        var documented = File.ReadLines(SourceTree.Find("docs/protocols/differences.md")!)
            .Where(line => line.StartsWith($"| `{protocol}/", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1])
            .ToHashSet();
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var cases = document.RootElement.GetProperty("cases").EnumerateArray()
            .Where(item => item.GetProperty("protocol").GetString() == protocol)
            .ToList();

        var differences = cases
            .Select(item => (Id: item.GetProperty("id").GetString()!, Difference: difference(item)))
            .Where(found => found.Difference is not null)
            .ToDictionary(found => found.Id, found => found.Difference);

        Assert.True(cases.Count >= atLeast, $"{cases.Count} cases");
        Assert.True(
            documented.SetEquals(differences.Keys),
            string.Join('\n', differences.Select(found => $"{found.Key}: {found.Value}"))
            + $"\ndocumented: {string.Join(", ", documented)}");
    }

    /// <summary>The value of a check, or null when the case does not check this path.</summary>
    public static JsonElement? Check(JsonElement item, string path)
    {
        foreach (var check in item.GetProperty("checks").EnumerateArray())
        {
            if (check.GetProperty("path").GetString() == path)
            {
                return check.GetProperty("value");
            }
        }

        return null;
    }
}
