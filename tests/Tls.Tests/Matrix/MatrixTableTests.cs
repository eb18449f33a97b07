using PixieOrleans.TestKit;

namespace PixieOrleans.Tls.Tests.Matrix;

/// <summary>The documents show what a run of the matrix found, nothing else.</summary>
public sealed class MatrixTableTests
{
    private const string WriteVariable = "PXO_TLS_DOCS"; // 1: writes the tables instead of comparing them
    private const string Begin = "<!-- made by ./soak tls: begin -->\n";
    private const string End = "<!-- made by ./soak tls: end -->\n";

    [Theory]
    [InlineData("README.md", false)]
    [InlineData("docs/tls.md", true)]
    public void Document_HoldsTheTableOfTheCommittedResults(string document, bool isDetailed)
    {
        var path = SourceTree.Find(document)!;
        var results = MatrixResults.Read(SourceTree.Find("docs/tls-matrix.json")!);
        var expected = isDetailed ? MatrixTable.Detailed(results) : MatrixTable.Summary(results);
        var text = File.ReadAllText(path);
        var start = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = text.IndexOf(End, StringComparison.Ordinal);
        Assert.True(start >= Begin.Length && end >= start, $"{document} has no place for the table");

        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
        {
            File.WriteAllText(path, text[..start] + expected + text[end..]);
            return;
        }

        Assert.Equal(expected, text[start..end]);
    }

    [Fact]
    public void Detailed_OfResults_ShowsWhatFailedAndLeavesOutWhatWasNotTried()
    {
        MatrixResult[] results =
        [
            new("B 1", "two", "client", "HTTP/1", "passed", ""),
            new("A 3", "one", "server", "HTTP/1", "passed", ""),
            new("A 3", "one", "server", "HTTP/2", "failed", "no rows"),
            new("A 3", "three", "server", "MQTT", "skipped", "not installed"),
        ];

        Assert.Equal(
            """
            | library | program | as server | as client |
            |---|---|---|---|
            | A 3 | one | HTTP/1, not HTTP/2 | – |
            | B 1 | two | – | HTTP/1 |

            """,
            MatrixTable.Detailed(results));
    }
}
