using System.Globalization;
using System.Text.RegularExpressions;
using PixieOrleans.Model;
using PixieOrleans.Scripts.Tests.Library;

namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>Rows of the tables that tracing programs fill, as the programs printed them.</summary>
/// <remarks>
/// Recorded by record-tracepoints.py, one file for each table; its first line tells of the origin. The process of the
/// first row is taken for the one of a pod, its parent for that of another; all others are outside of pods.
/// </remarks>
internal static class TracepointRows
{
    public static void Write(Func<FixturePod, FixtureNode> nodeOf)
    {
        foreach (var table in LibraryScript.All.SelectMany(script => TracepointTables.Of(script.Text)))
        {
            var rows = nodeOf(FixturePod.Cart1).Rows(table.Name);
            var printed = Printed(table);
            foreach (var line in printed)
            {
                rows.Add([.. table.Columns.Select(column => (column.Name, Cell(column, line, printed[0])))]);
            }
        }
    }

    private static List<GroupCollection> Printed(TableSchema table)
    {
        var words = table.Columns.Select(column => $"{column.Name}:(?<{column.Name}>.*?)");
        var format = new Regex($"^{string.Join(' ', words)}$", RegexOptions.CultureInvariant);
        var path = Path.Combine(LibraryScript.TestFolder, "Fixtures", "Tracepoints", table.Name + ".txt");
        var matches = File.ReadLines(path).Skip(1).Select(line => format.Match(line)).ToList();
        Assert.NotEmpty(matches);
        Assert.All(matches, match => Assert.True(match.Success, $"{path} does not have the format of the program."));
        return [.. matches.Select(match => match.Groups)];
    }

    private static object Cell(ColumnSchema column, GroupCollection line, GroupCollection first)
    {
        var text = line[column.Name].Value;
        return column.Type == DataType.String ? text
            : column.Type == DataType.Time64Ns ? Events.Time(0) + Number(text) - Number(first[column.Name].Value)
            : column.Name is not ("pid" or "ppid") ? Number(text)
            : text == first["pid"].Value ? FixturePod.Cart1.Tgid
            : text == first["ppid"].Value ? FixturePod.Front.Tgid
            : Number(text);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
