using System.Text;
using System.Text.RegularExpressions;
using PixieOrleans.Plans;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Tests.Scripts;

/// <summary>Scripts with the diagnostics written on their lines and the plans in the file beside.</summary>
public sealed class ScriptTests
{
    public static TheoryData<string> Files => [.. System.IO.Directory
        .GetFiles(ScriptFile.Directory, "*.pxl")
        .Select(path => Path.GetFileNameWithoutExtension(path))
        .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Compile_ScriptsOfAFile_GiveTheirDiagnosticsAndPlans(string name)
    {
        var file = new ScriptFile(name);
        var problems = new StringBuilder();
        var plans = new StringBuilder();
        foreach (var chunk in file.Chunks)
        {
            var result = TestTables.Compile(chunk.Text);
            Compare(chunk, result, problems);
            if (result.Plan is not null)
            {
                plans.Append("# ").Append(chunk.Title).Append('\n').Append(PlanText.Render(result.Plan)).Append('\n');
            }
        }

        Assert.True(problems.Length == 0, problems.ToString());
        file.VerifyPlans(plans.ToString());
    }

    private static void Compare(ScriptChunk chunk, CompileResult result, StringBuilder problems)
    {
        var open = result.Diagnostics.ToList();
        foreach (var expectation in chunk.Expectations)
        {
            var index = open.FindIndex(diagnostic => Fits(expectation, diagnostic));
            if (index < 0)
            {
                problems.Append($"{chunk.Title}: line {expectation.Line} lacks \"{expectation.Pattern}\"\n");
            }
            else
            {
                open.RemoveAt(index);
            }
        }

        foreach (var diagnostic in open)
        {
            problems.Append($"{chunk.Title}: {diagnostic.Severity} {DiagnosticText.Render(chunk.Text, diagnostic)}");
        }
    }

    private static bool Fits(Expectation expectation, Diagnostic diagnostic) =>
        diagnostic.Span.Line == expectation.Line
        && (diagnostic.Severity == DiagnosticSeverity.Warning) == expectation.IsWarning
        && Regex.IsMatch($"{diagnostic.Message} ({diagnostic.Hint})", expectation.Pattern);
}
