using PixieOrleans.Exec.Expressions;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Operators;

/// <summary>Copies chosen cells of a column into a column of their own.</summary>
internal static class ColumnGather
{
    /// <summary>The cells of these rows.</summary>
    /// <param name="column">The cells.</param>
    /// <param name="rows">Positions; may repeat.</param>
    /// <param name="maxStringBytes">Bound of the bytes of a String column; each row comes at most once without one.
    /// </param>
    /// <exception cref="QueryLimitException">A String column is too large.</exception>
    public static Column Gather(
        Column column, ReadOnlySpan<int> rows, int maxStringBytes = int.MaxValue) => column switch
        {
            Int64Column cells => Fixed(cells, rows),
            Float64Column cells => Fixed(cells, rows),
            BooleanColumn cells => Fixed(cells, rows),
            UInt128Column cells => Fixed(cells, rows),
            DictionaryStringColumn cells => new DictionaryStringColumn(Pick(cells.Codes.Span, rows), cells.Dictionary),
            ArenaStringColumn cells => Strings(cells, rows, maxStringBytes),
            _ => throw new ArgumentException($"No gather for {column.GetType().Name}."),
        };

    /// <summary>The cells of a dictionary column in an arena.</summary>
    public static ArenaStringColumn Decode(DictionaryStringColumn column) =>
        Strings(column.Dictionary, column.Codes.Span, int.MaxValue);

    private static Column Fixed<T>(FixedColumn<T> column, ReadOnlySpan<int> rows)
        where T : unmanaged => FixedColumns.Create(column.Type, Pick(column.Values, rows));

    private static T[] Pick<T>(ReadOnlySpan<T> cells, ReadOnlySpan<int> rows)
        where T : unmanaged
    {
        var picked = GC.AllocateUninitializedArray<T>(rows.Length);
        for (var i = 0; i < picked.Length; i++)
        {
            picked[i] = cells[rows[i]];
        }

        return picked;
    }

    private static ArenaStringColumn Strings(ArenaStringColumn column, ReadOnlySpan<int> rows, int maxBytes)
    {
        var offsets = column.Offsets.Span;
        var source = column.Arena.Span;
        var picked = GC.AllocateUninitializedArray<int>(rows.Length + 1);
        picked[0] = 0;
        var length = 0L;
        for (var i = 0; i < rows.Length; i++)
        {
            length += offsets[rows[i] + 1] - offsets[rows[i]];
            picked[i + 1] = (int)length;
        }

        if (length > maxBytes)
        {
            throw new QueryLimitException(
                $"A String column of one batch needs {length} bytes, more than MaxStringColumnBytes = {maxBytes}.");
        }

        var arena = GC.AllocateUninitializedArray<byte>(picked[^1]);
        for (var i = 0; i < rows.Length; i++)
        {
            source[offsets[rows[i]]..offsets[rows[i] + 1]].CopyTo(arena.AsSpan(picked[i]));
        }

        return new ArenaStringColumn(picked, arena);
    }
}
