using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Tables.Sealing;

/// <summary>Copies chosen cells of a column, in a given order, into arrays of exactly their size.</summary>
internal static class ColumnGather
{
    /// <summary>The cells at <paramref name="rows"/>, in that order.</summary>
    public static Column Gather(Column column, ReadOnlySpan<int> rows) => column switch
    {
        BooleanColumn cells => new BooleanColumn(GatherFixed(cells.Values, rows)),
        Int64Column cells => new Int64Column(GatherFixed(cells.Values, rows), cells.Type),
        Float64Column cells => new Float64Column(GatherFixed(cells.Values, rows)),
        UInt128Column cells => new UInt128Column(GatherFixed(cells.Values, rows)),
        DictionaryStringColumn cells =>
            new DictionaryStringColumn(GatherFixed(cells.Codes.Span, rows), cells.Dictionary),
        ArenaStringColumn cells => GatherArena(cells, rows),
        _ => throw new ArgumentOutOfRangeException(nameof(column), column.GetType(), "Unknown kind of column."),
    };

    private static T[] GatherFixed<T>(ReadOnlySpan<T> cells, ReadOnlySpan<int> rows)
    {
        var result = GC.AllocateUninitializedArray<T>(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            result[i] = cells[rows[i]];
        }

        return result;
    }

    private static ArenaStringColumn GatherArena(ArenaStringColumn cells, ReadOnlySpan<int> rows)
    {
        var offsets = cells.Offsets.Span;
        var source = cells.Arena.Span;
        var newOffsets = GC.AllocateUninitializedArray<int>(rows.Length + 1);
        newOffsets[0] = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            newOffsets[i + 1] = checked(newOffsets[i] + offsets[rows[i] + 1] - offsets[rows[i]]);
        }

        var arena = GC.AllocateUninitializedArray<byte>(newOffsets[^1]);
        for (var i = 0; i < rows.Length; i++)
        {
            source[offsets[rows[i]]..offsets[rows[i] + 1]].CopyTo(arena.AsSpan(newOffsets[i]));
        }

        return new ArenaStringColumn(newOffsets, arena);
    }
}
