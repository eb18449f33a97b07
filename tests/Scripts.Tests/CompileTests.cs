using System.Text;
using PixieOrleans.Scripts.Tests.Library;

namespace PixieOrleans.Scripts.Tests;

/// <summary>Every script of the library compiles, and yields the tables that people and dashboards rely on.</summary>
public sealed class CompileTests
{
    public static TheoryData<string> Names => [.. LibraryScript.All.Select(script => script.Name)];

    public static TheoryData<string> NamesWithView =>
        [.. LibraryScript.All.Where(script => script.VisJson is not null).Select(script => script.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Compile_WithAllCallsOfItsView_YieldsThePromisedTables(string name)
    {
        var text = new StringBuilder();
        foreach (var (table, columns) in Compilation.Tables(LibraryScript.Named(name)))
        {
            text.Append(table).Append('\n');
            foreach (var column in columns)
            {
                text.Append($"    {column.Name}: {column.Type} {column.Semantic}\n");
            }
        }

        Golden.VerifyPromise("Outputs", name, text.ToString());
    }

    [Theory]
    [MemberData(nameof(NamesWithView))]
    public void Compile_Widgets_NameColumnsThatTheirTablesHave(string name)
    {
        var script = LibraryScript.Named(name);

        var tables = Compilation.Tables(script);

        var missing = WidgetColumns.Of(script.VisJson!)
            .Where(pair => !tables[pair.Table].Any(column => column.Name == pair.Column));
        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_Manifest_SaysWhatTheScriptShows(string name)
    {
        var lines = LibraryScript.Named(name).Manifest.Split('\n');

        Assert.Contains(lines, line => line.StartsWith("short: ", StringComparison.Ordinal));
        Assert.Contains("long: >", lines);
    }
}
