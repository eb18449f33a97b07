using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Tests;

/// <summary>A cell of type Time64Ns, where tests write cells as objects.</summary>
internal readonly record struct Time(long Ns);

/// <summary>Columns and batches from cells: bool, long, UInt128, double, string, byte[] (no UTF-8), Time.</summary>
internal static class Cells
{
    public static DataType TypeOf(object cell) => cell switch
    {
        bool => DataType.Boolean,
        long => DataType.Int64,
        UInt128 => DataType.UInt128,
        double => DataType.Float64,
        string or byte[] => DataType.String,
        Time => DataType.Time64Ns,
        _ => throw new ArgumentException($"No cell: {cell.GetType()}"),
    };

    public static Column Column(DataType type, IReadOnlyList<object> cells) => type switch
    {
        DataType.Boolean => new BooleanColumn(cells.Cast<bool>().ToArray()),
        DataType.Int64 => new Int64Column(cells.Cast<long>().ToArray()),
        DataType.Time64Ns => new Int64Column(cells.Select(cell => ((Time)cell).Ns).ToArray(), type),
        DataType.UInt128 => new UInt128Column(cells.Cast<UInt128>().ToArray()),
        DataType.Float64 => new Float64Column(cells.Cast<double>().ToArray()),
        _ => Strings([.. cells.Select(cell => cell as byte[] ?? Encoding.UTF8.GetBytes((string)cell))]),
    };

    public static ArenaStringColumn Strings(params string[] cells) =>
        Strings([.. cells.Select(Encoding.UTF8.GetBytes)]);

    public static ArenaStringColumn Strings(byte[][] cells)
    {
        var offsets = new int[cells.Length + 1];
        var arena = new MemoryStream();
        for (var i = 0; i < cells.Length; i++)
        {
            arena.Write(cells[i]);
            offsets[i + 1] = (int)arena.Length;
        }

        return new ArenaStringColumn(offsets, arena.ToArray());
    }

    public static DictionaryStringColumn Dictionary(params string[] cells)
    {
        var distinct = cells.Distinct().ToArray();
        var codes = cells.Select(cell => Array.IndexOf(distinct, cell)).ToArray();
        return new DictionaryStringColumn(codes, Strings(distinct));
    }

    public static RowBatch Batch(params Column[] columns) => new([.. columns], columns[0].Length);

    public static object[] ToArray(Column column) => column switch
    {
        BooleanColumn cells => [.. cells.Values.ToArray().Cast<object>()],
        Int64Column { Type: DataType.Time64Ns } cells => [.. cells.Values.ToArray().Select(ns => (object)new Time(ns))],
        Int64Column cells => [.. cells.Values.ToArray().Cast<object>()],
        UInt128Column cells => [.. cells.Values.ToArray().Cast<object>()],
        Float64Column cells => [.. cells.Values.ToArray().Cast<object>()],
        StringColumn cells =>
            [.. Enumerable.Range(0, cells.Length).Select(i => (object)Encoding.UTF8.GetString(cells.GetUtf8(i)))],
        _ => throw new ArgumentException($"No column: {column.GetType()}"),
    };

    /// <summary>Rows as text, cells joined by "|".</summary>
    public static IEnumerable<string> Rows(RowBatch batch)
    {
        var columns = batch.Columns.Select(ToArray).ToArray();
        for (var row = 0; row < batch.Rows; row++)
        {
            yield return string.Join('|', columns.Select(column => Text(column[row])));
        }
    }

    public static string Text(object cell) => cell switch
    {
        Time time => time.Ns.ToString(CultureInfo.InvariantCulture),
        double value => value.ToString("R", CultureInfo.InvariantCulture),
        bool value => value ? "true" : "false",
        _ => Convert.ToString(cell, CultureInfo.InvariantCulture)!,
    };

    public static ImmutableArray<ColumnSchema> Schema(params (string Name, DataType Type)[] columns) =>
        [.. columns.Select(column => new ColumnSchema(column.Name, column.Type))];
}
