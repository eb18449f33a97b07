using System.Collections.Immutable;
using System.Text;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.TableFunctions;

/// <summary>Collects the few rows of a table function, cell by cell.</summary>
public sealed class TableRows
{
    private const int MaxBytes = 64 << 20; // of one String column

    private readonly ImmutableArray<ColumnSchema> _columns;
    private readonly List<object>[] _cells;

    /// <summary>No rows yet.</summary>
    public TableRows(ImmutableArray<ColumnSchema> columns)
    {
        _columns = columns;
        _cells = [.. columns.Select(_ => new List<object>())];
    }

    /// <summary>Adds a row.</summary>
    /// <param name="cells">A bool, long, double, UInt128 or string per column; times are long.</param>
    public void Add(params ReadOnlySpan<object> cells)
    {
        if (cells.Length != _cells.Length)
        {
            throw new ArgumentException($"A row has {cells.Length} cells, the table {_cells.Length} columns.");
        }

        for (var i = 0; i < cells.Length; i++)
        {
            _cells[i].Add(cells[i]);
        }
    }

    /// <summary>The rows.</summary>
    public RowBatch ToBatch() =>
        new([.. _columns.Select((column, i) => ToColumn(column.Type, _cells[i]))], _cells[0].Count);

    private static Column ToColumn(DataType type, List<object> cells) => type switch
    {
        DataType.Boolean => new BooleanColumn(cells.Cast<bool>().ToArray()),
        DataType.Int64 or DataType.Time64Ns => new Int64Column(cells.Cast<long>().ToArray(), type),
        DataType.Float64 => new Float64Column(cells.Cast<double>().ToArray()),
        DataType.UInt128 => new UInt128Column(cells.Cast<UInt128>().ToArray()),
        _ => ToStrings(cells),
    };

    private static ArenaStringColumn ToStrings(List<object> cells)
    {
        using var arena = new StringArena(MaxBytes);
        arena.Start();
        foreach (var cell in cells)
        {
            arena.Append(Encoding.UTF8.GetBytes((string)cell));
            arena.EndCell();
        }

        return arena.ToColumn();
    }
}
