using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace PixieOrleans.Pxl.Tests.Scripts;

/// <summary>An error or warning that a line announces: ### "regex" or ### warning "regex".</summary>
internal sealed record Expectation(int Line, bool IsWarning, string Pattern);

/// <summary>One script of a file; its first comment line is its title.</summary>
internal sealed partial record ScriptChunk(string Title, string Text, IReadOnlyList<Expectation> Expectations)
{
    public static ScriptChunk Parse(string text)
    {
        var expectations = new List<Expectation>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            foreach (Match match in ExpectationPattern().Matches(lines[i]))
            {
                expectations.Add(new Expectation(i + 1, match.Groups[1].Success, match.Groups[2].Value));
            }
        }

        var title = lines.FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal)) ?? "# untitled";
        return new ScriptChunk(title[2..], text, expectations);
    }

    [GeneratedRegex("### (warning )?\"(.*?)\"(?= ###|$)")]
    private static partial Regex ExpectationPattern();
}

/// <summary>A file of scripts split by lines of "---", and beside it the plans of those that compile.</summary>
internal sealed class ScriptFile
{
    private readonly string _path;

    public ScriptFile(string name)
    {
        _path = Path.Combine(Directory, name + ".pxl");
        var chunks = File.ReadAllText(_path).Split("\n---\n");
        Chunks = [.. chunks.Select(ScriptChunk.Parse)];
    }

    public static string Directory => SourceDirectory();

    public IReadOnlyList<ScriptChunk> Chunks { get; }

    private string GoldenPath => Path.ChangeExtension(_path, ".plans");

    /// <summary>Compares with the plans on record, or records them when PXO_UPDATE_GOLDENS is 1.</summary>
    public void VerifyPlans(string plans)
    {
        if (Environment.GetEnvironmentVariable("PXO_UPDATE_GOLDENS") == "1")
        {
            File.WriteAllText(GoldenPath, plans);
        }

        Assert.Equal(File.Exists(GoldenPath) ? File.ReadAllText(GoldenPath) : "", plans);
    }

    private static string SourceDirectory([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
