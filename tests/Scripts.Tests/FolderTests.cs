using System.Text;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Pxl;
using PixieOrleans.Pxl.Diagnostics;
using PixieOrleans.Scripts.Tests.Library;

namespace PixieOrleans.Scripts.Tests;

/// <summary>
/// Scripts of the folder that PXO_SCRIPTS_FOLDER names, such as one's own or those written for Pixie, compile and run
/// on the small cluster. What each yields is written beside it, into tables.txt.
/// </summary>
public sealed class FolderTests
{
    private const string None = "none";
    private const int MaxRows = 12; // written of each table, in the order of their texts

    private static readonly string? Folder = Environment.GetEnvironmentVariable("PXO_SCRIPTS_FOLDER");

    private static readonly IReadOnlyList<LibraryScript> Scripts =
        Folder is null ? [] : LibraryScript.ReadAll(Folder);

    public static TheoryData<string> Names =>
        [.. Scripts.Select(script => script.Name).DefaultIfEmpty(None)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_ScriptOfTheFolder_Answers(string name)
    {
        Assert.SkipUnless(name != None, "PXO_SCRIPTS_FOLDER names no folder with scripts");
        var script = Scripts.Single(script => script.Name == name);

        var result = Compilation.CompileForeign(script);
        var problems = string.Join(
            '\n', result.Diagnostics.Select(diagnostic => DiagnosticText.Render(script.Text, diagnostic)));
        Assert.True(result.Plan is not null, problems);
        var tables = Execution.Run(result.Plan);

        File.WriteAllText(Path.Combine(Folder!, name, "tables.txt"), Render(result, tables) + problems);
    }

    private static string Render(CompileResult result, IReadOnlyDictionary<string, List<string>> tables)
    {
        var text = new StringBuilder();
        foreach (var table in result.Plan!.Nodes.OfType<ResultNode>())
        {
            var rows = tables.GetValueOrDefault(table.Name) ?? [];
            text.Append($"{table.Name}: {rows.Count} rows\n");
            foreach (var column in table.Columns)
            {
                text.Append($"    {column.Name}: {column.Type} {column.Semantic}\n");
            }

            foreach (var row in rows.Order(StringComparer.Ordinal).Take(MaxRows))
            {
                text.Append($"    | {row}\n");
            }
        }

        return text.ToString();
    }
}
