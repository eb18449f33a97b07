using System.Globalization;
using System.Text;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.NodeProbe.Tests;

/// <summary>Rows of a table as text, one line per row.</summary>
internal static class TableText
{
    /// <summary>The chosen columns of all rows, separated by a space.</summary>
    public static List<string> Read(ITableSource source, string table, params string[] columns)
    {
        var lines = new List<string>();
        foreach (var batch in source.Snapshot(table, [.. columns], 0, long.MaxValue))
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                lines.Add(string.Join(' ', batch.Columns.Select(c => Cell(c, row))));
            }
        }

        return lines;
    }

    private static string Cell(Column column, int row) => column switch
    {
        Int64Column cells => cells.Values[row].ToString(CultureInfo.InvariantCulture),
        BooleanColumn cells => cells.Values[row] ? "true" : "false",
        Float64Column cells => cells.Values[row].ToString(CultureInfo.InvariantCulture),
        UInt128Column cells => Model.Upid.FromUInt128(cells.Values[row]).ToString(),
        StringColumn cells => Encoding.UTF8.GetString(cells.GetUtf8(row)),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
