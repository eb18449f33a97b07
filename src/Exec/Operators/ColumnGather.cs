using PixieOrleans.Exec.Expressions;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Operators;

/// <summary>Copies chosen cells of a column into a column of their own.</summary>
internal static class ColumnGather
{
    /// <summary>The cells of these rows.</summary>
    public static Column Gather(Column column, ReadOnlySpan<int> rows) => column switch
    {
        Int64Column cells => Fixed(cells, rows),
        Float64Column cells => Fixed(cells, rows),
        BooleanColumn cells => Fixed(cells, rows),
        UInt128Column cells => Fixed(cells, rows),
        DictionaryStringColumn cells => new DictionaryStringColumn(Pick(cells.Codes.Span, rows), cells.Dictionary),
        ArenaStringColumn cells => Strings(cells, rows),
        _ => throw new ArgumentException($"No gather for {column.GetType().Name}."),
    };

    /// <summary>The cells of a dictionary column in an arena.</summary>
    public static ArenaStringColumn Decode(DictionaryStringColumn column) =>
        Strings(column.Dictionary, column.Codes.Span);

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

    private static ArenaStringColumn Strings(ArenaStringColumn column, ReadOnlySpan<int> rows)
    {
        var offsets = column.Offsets.Span;
        var source = column.Arena.Span;
        var picked = GC.AllocateUninitializedArray<int>(rows.Length + 1);
        picked[0] = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            picked[i + 1] = checked(picked[i] + offsets[rows[i] + 1] - offsets[rows[i]]);
        }

        var arena = GC.AllocateUninitializedArray<byte>(picked[^1]);
        for (var i = 0; i < rows.Length; i++)
        {
            source[offsets[rows[i]]..offsets[rows[i] + 1]].CopyTo(arena.AsSpan(picked[i]));
        }

        return new ArenaStringColumn(picked, arena);
    }
}
