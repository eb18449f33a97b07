using PixieOrleans.Scripts.Tests.Library;

namespace PixieOrleans.Scripts.Tests;

/// <summary>docs/scripts.md lists the scripts that there are, with what their manifests say.</summary>
public sealed class DocumentTests
{
    private const string Short = "short: ";

    [Fact]
    public void Read_ListOfTheDocument_IsThatOfTheFolder()
    {
        var document = File.ReadAllText(Path.Combine(LibraryScript.Root, "docs", "scripts.md"));
        var list = document[document.IndexOf("## All scripts", StringComparison.Ordinal)..];

        var listed = list.Split('\n').Where(line => line.Contains('/', StringComparison.Ordinal));

        var expected = LibraryScript.All.Select(script => $"| {script.Name} | {ShortOf(script)} |");
        Assert.Equal(expected.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    private static string ShortOf(LibraryScript script) => script.Manifest.Split('\n')
        .Single(line => line.StartsWith(Short, StringComparison.Ordinal))[Short.Length..];
}
