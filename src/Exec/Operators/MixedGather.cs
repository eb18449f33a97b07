using PixieOrleans.Exec.Expressions;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Operators;

/// <summary>Copies chosen cells of several columns of one type into one column.</summary>
internal static class MixedGather
{
    /// <summary>The cells, in the order given.</summary>
    /// <param name="columns">The columns; those that no row is taken from may be null.</param>
    /// <param name="sources">Per cell, the column.</param>
    /// <param name="rows">Per cell, the row of that column.</param>
    public static Column Gather(Column?[] columns, ReadOnlySpan<int> sources, ReadOnlySpan<int> rows) =>
        columns[sources[0]] switch
        {
            Int64Column => Fixed<long>(columns, sources, rows),
            Float64Column => Fixed<double>(columns, sources, rows),
            BooleanColumn => Fixed<bool>(columns, sources, rows),
            UInt128Column => Fixed<UInt128>(columns, sources, rows),
            StringColumn => Strings(columns, sources, rows),
            var column => throw new ArgumentException($"No gather for {column?.GetType().Name}."),
        };

    // Column by column, so that the type of each is asked for once.
    private static Column Fixed<T>(Column?[] columns, ReadOnlySpan<int> sources, ReadOnlySpan<int> rows)
        where T : unmanaged
    {
        var picked = GC.AllocateUninitializedArray<T>(rows.Length);
        for (var source = 0; source < columns.Length; source++)
        {
            var cells = columns[source] is FixedColumn<T> column ? column.Values : default;
            for (var i = 0; i < picked.Length && !cells.IsEmpty; i++)
            {
                if (sources[i] == source)
                {
                    picked[i] = cells[rows[i]];
                }
            }
        }

        return FixedColumns.Create(columns[sources[0]]!.Type, picked);
    }

    private static ArenaStringColumn Strings(
        Column?[] columns, ReadOnlySpan<int> sources, ReadOnlySpan<int> rows)
    {
        var offsets = new int[rows.Length + 1];
        for (var i = 0; i < rows.Length; i++)
        {
            var length = ((StringColumn)columns[sources[i]]!).GetUtf8(rows[i]).Length;
            offsets[i + 1] = checked(offsets[i] + length); // at most the bytes of the batches that waited
        }

        var arena = GC.AllocateUninitializedArray<byte>(offsets[^1]);
        for (var i = 0; i < rows.Length; i++)
        {
            ((StringColumn)columns[sources[i]]!).GetUtf8(rows[i]).CopyTo(arena.AsSpan(offsets[i]));
        }

        return new ArenaStringColumn(offsets, arena);
    }
}
