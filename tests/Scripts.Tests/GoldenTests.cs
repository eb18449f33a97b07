using System.Text;
using PixieOrleans.Scripts.Tests.Library;

namespace PixieOrleans.Scripts.Tests;

/// <summary>What every script of the library answers about the same small cluster.</summary>
public sealed class GoldenTests
{
    private const int MaxRows = 12; // on record of each table, in the order of their texts

    public static TheoryData<string> Names => [.. LibraryScript.All.Select(script => script.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_OnTheSmallCluster_AnswersAsOnRecord(string name)
    {
        var script = LibraryScript.Named(name);

        var tables = Execution.Run(Compilation.CompiledPlan(script));

        Assert.All(tables, table => Assert.NotEmpty(table.Value));
        Golden.Verify("Goldens", name, Render(tables));
    }

    private static string Render(IReadOnlyDictionary<string, List<string>> tables)
    {
        var text = new StringBuilder();
        foreach (var (table, rows) in tables)
        {
            text.Append($"{table}: {rows.Count} rows\n");
            foreach (var row in rows.Order(StringComparer.Ordinal).Take(MaxRows))
            {
                text.Append($"    {row}\n");
            }
        }

        return text.ToString();
    }
}
