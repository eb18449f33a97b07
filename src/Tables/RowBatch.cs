using System.Collections.Immutable;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Tables;

/// <summary>Immutable rows in columns of equal length; what tables hold, operators pass on and nodes send.</summary>
public sealed class RowBatch
{
    /// <summary>Wraps columns; all must hold <paramref name="rows"/> cells.</summary>
    public RowBatch(ImmutableArray<Column> columns, int rows)
    {
        foreach (var column in columns)
        {
            if (column.Length != rows)
            {
                throw new ArgumentException($"A column holds {column.Length} cells, the batch {rows} rows.");
            }
        }

        Columns = columns;
        Rows = rows;
    }

    /// <summary>The columns, in the order of the schema they belong to.</summary>
    public ImmutableArray<Column> Columns { get; }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Bytes of all cells.</summary>
    public long Bytes
    {
        get
        {
            long bytes = 0;
            foreach (var column in Columns)
            {
                bytes += column.Bytes;
            }

            return bytes;
        }
    }

    /// <summary>A view of some rows; copies nothing.</summary>
    public RowBatch Slice(int start, int count)
    {
        var columns = ImmutableArray.CreateBuilder<Column>(Columns.Length);
        foreach (var column in Columns)
        {
            columns.Add(column.Slice(start, count));
        }

        return new RowBatch(columns.MoveToImmutable(), count);
    }
}
