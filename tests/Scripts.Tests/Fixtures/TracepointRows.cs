using PixieOrleans.Model;
using PixieOrleans.Scripts.Tests.Library;

namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>Rows of the tables that tracing programs fill: three events of one pod for each table.</summary>
internal static class TracepointRows
{
    private const int Rows = 3;

    // Cells by column; all others are the number of the event, or the name of the column with it.
    private static readonly Dictionary<string, object> Known = new(StringComparer.Ordinal)
    {
        ["pid"] = (long)FixturePod.Cart1.Tgid,
        ["ppid"] = (long)FixturePod.Front.Tgid,
        ["src_ip"] = FixturePod.Cart1.Ip,
        ["dst_ip"] = FixturePod.Cart2.Ip,
        ["d1"] = "tmp",
        ["d2"] = "/",
    };

    public static void Write(Func<FixturePod, FixtureNode> nodeOf)
    {
        var tables = LibraryScript.All.SelectMany(script => TracepointTables.Of(script.Text));
        foreach (var table in tables)
        {
            var rows = nodeOf(FixturePod.Cart1).Rows(table.Name);
            for (var n = 0; n < Rows; n++)
            {
                rows.Add([.. table.Columns.Select(column => (column.Name, Cell(column, n)))]);
            }
        }
    }

    private static object Cell(ColumnSchema column, int n) =>
        Known.TryGetValue(column.Name, out var known) ? known
        : column.Type == DataType.Time64Ns ? Events.Time(n)
        : column.Type == DataType.String ? $"{column.Name}{n}"
        : (long)n;
}
