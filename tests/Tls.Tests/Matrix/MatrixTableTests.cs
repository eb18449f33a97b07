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
            Result("B 1.0", "two", "client", "HTTP/1"),
            Result("A 3.0", "one", "server", "HTTP/1"),
            Result("A 3.0", "one", "server", "HTTP/2", "failed"),
            Result("A 3.0", "three", "server", "MQTT", "skipped"),
        ];

        Assert.Equal(
            """
            | library | program | as server | as client |
            |---|---|---|---|
            | A 3.0 | one | HTTP/1, not HTTP/2 | – |
            | B 1.0 | two | – | HTTP/1 |

            """,
            MatrixTable.Detailed(results));
    }

    [Fact]
    public void Detailed_VersionsOfALibrary_ShareTheRowOfWhatDidAlike()
    {
        MatrixResult[] results =
        [
            .. new[] { "1.9.2", "1.10", "1.11.1", "1.13", "1.14" }
                .Select(version => Result($"Go {version}", "web", "server", "HTTP/1")),
            Result("Go 1.12.1", "web", "server", "HTTP/1", "failed"),
            Result("Go 1.11.1 (other)", "web", "server", "HTTP/1"),
            Result("Open 1.1.0i", "js", "client", "HTTP/1"),
            Result("Open 1.1.1k", "js", "client", "HTTP/1"),
        ];

        Assert.Equal(
            """
            | library | program | as server | as client |
            |---|---|---|---|
            | Go 1.9 to 1.11, 1.13, 1.14 | web | HTTP/1 | – |
            | Go 1.11.1 (other) | web | HTTP/1 | – |
            | Go 1.12.1 | web | not HTTP/1 | – |
            | Open 1.1.0i, 1.1.1k | js | – | HTTP/1 |

            """,
            MatrixTable.Detailed(results));
        Assert.StartsWith(
            """
            | library | tried with | protocols |
            |---|---|---|
            | Go 1.9 to 1.14 | web | HTTP/1 |
            | Go 1.11.1 (other) |
            """,
            MatrixTable.Summary(results),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_ResultOfACellThatWasRunBefore_TakesItsPlace()
    {
        var (first, second) = (Result("A 1.0", "one", "server", "HTTP/1"), Result("A 1.0", "one", "client", "HTTP/1"));
        var again = first with { Library = "A 1.1", Outcome = "failed" };
        var other = first with { Target = "one 2" };

        Assert.Equal([again, second], MatrixResults.Merge([first, second], again));
        Assert.Equal([first, second, other], MatrixResults.Merge([first, second], other));
    }

    private static MatrixResult Result(
        string library, string program, string role, string protocol, string outcome = "passed") =>
        new(library, program, program, role, protocol, outcome, "");
}
