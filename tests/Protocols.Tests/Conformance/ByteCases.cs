using System.Runtime.CompilerServices;
using System.Text.Json;

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
        var repository = FindUp("src/Protocols") ?? throw new InvalidOperationException("no repository above the test");
        var folder = FindUp(Cases);
        Assert.SkipWhen(folder is null, $"{Cases} is not there");
        var documented = File.ReadLines(Path.Combine(repository, "docs/protocols/differences.md"))
            .Where(line => line.StartsWith($"| `{protocol}/", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1])
            .ToHashSet();
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder!, Cases)));
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

    // The first ancestor folder of the test that has this below it.
    private static string? FindUp(string below, [CallerFilePath] string source = "")
    {
        for (var folder = source; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Path.Exists(Path.Combine(folder, below)))
            {
                return folder;
            }
        }

        return null;
    }
}
