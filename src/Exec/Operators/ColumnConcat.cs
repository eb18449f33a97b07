using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Operators;

/// <summary>Joins the cells of one column of many batches, and adds one cell of zero at the end.</summary>
/// <remarks>
/// Strings become codes of one dictionary when the batches share theirs or are short; then a gather copies 4 bytes a
/// cell and what is computed from the cells later is computed once per distinct one.
/// </remarks>
internal static class ColumnConcat
{
    private const int MaxEncodedRows = 1 << 16;

    /// <summary>All cells of a column; its bytes are charged.</summary>
    /// <exception cref="QueryLimitException">There is no room for them.</exception>
    public static Column Concat(IEnumerable<RowBatch> batches, int column, DataType type, int rows, MemoryBudget budget)
    {
        var cells = batches.Select(batch => batch.Columns[column]);
        return type switch
        {
            DataType.Boolean => Fixed<bool>(cells, type, rows, budget),
            DataType.Float64 => Fixed<double>(cells, type, rows, budget),
            DataType.UInt128 => Fixed<UInt128>(cells, type, rows, budget),
            DataType.String => Strings([.. cells.Cast<StringColumn>()], rows, budget),
            _ => Fixed<long>(cells, type, rows, budget),
        };
    }

    private static Column Fixed<T>(IEnumerable<Column> columns, DataType type, int rows, MemoryBudget budget)
        where T : unmanaged
    {
        var cells = budget.Replace<T>([], rows + 1);
        var done = 0;
        foreach (var column in columns)
        {
            ((FixedColumn<T>)column).Values.CopyTo(cells.AsSpan(done));
            done += column.Length;
        }

        return FixedColumns.Create(type, cells);
    }

    private static StringColumn Strings(StringColumn[] columns, int rows, MemoryBudget budget)
    {
        var shared = (columns.FirstOrDefault() as DictionaryStringColumn)?.Dictionary;
        if (shared is not null
            && Array.TrueForAll(columns, column => (column as DictionaryStringColumn)?.Dictionary == shared))
        {
            return SharedDictionary(columns, shared, rows, budget);
        }

        return rows < MaxEncodedRows ? Encoded(columns, rows, budget) : Arena(columns, rows, budget);
    }

    private static DictionaryStringColumn SharedDictionary(
        StringColumn[] columns, ArenaStringColumn dictionary, int rows, MemoryBudget budget)
    {
        var codes = budget.Replace<int>([], rows + 1);
        var done = 0;
        foreach (var column in columns)
        {
            ((DictionaryStringColumn)column).Codes.Span.CopyTo(codes.AsSpan(done));
            done += column.Length;
        }

        codes[rows] = dictionary.Length;
        budget.Charge(dictionary.Bytes); // it lives as long as this column
        var offsets = new int[dictionary.Offsets.Length + 1];
        dictionary.Offsets.CopyTo(offsets);
        offsets[^1] = offsets[^2];
        return new DictionaryStringColumn(codes, new ArenaStringColumn(offsets, dictionary.Arena));
    }

    private static DictionaryStringColumn Encoded(StringColumn[] columns, int rows, MemoryBudget budget)
    {
        var before = budget.UsedBytes;
        var distinct = new StringKeys(budget);
        var codes = new int[rows + 1];
        var done = 0;
        foreach (var column in columns)
        {
            distinct.Encode(column, codes.AsSpan(done, column.Length));
            done += column.Length;
        }

        distinct.Encode(new ArenaStringColumn(new int[2], default), codes.AsSpan(rows));
        var ids = new int[distinct.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = i;
        }

        var result = new DictionaryStringColumn(codes, (ArenaStringColumn)distinct.Decode(ids));
        budget.Charge(before - budget.UsedBytes); // the table of the distinct ones is not kept
        budget.Charge(result.Bytes);
        return result;
    }

    private static ArenaStringColumn Arena(StringColumn[] columns, int rows, MemoryBudget budget)
    {
        var offsets = budget.Replace<int>([], rows + 2);
        var (row, length) = (0, 0L);
        foreach (var column in columns)
        {
            for (var i = 0; i < column.Length; i++)
            {
                length += column.GetUtf8(i).Length;
                offsets[++row] = (int)length;
            }
        }

        if (length > Array.MaxLength)
        {
            throw new QueryLimitException(
                $"A String column of a join needs {length} bytes, one array holds {Array.MaxLength}. "
                + "Drop the column before joining.");
        }

        offsets[rows + 1] = (int)length;
        var arena = budget.Replace<byte>([], (int)length);
        row = 0;
        foreach (var column in columns)
        {
            for (var i = 0; i < column.Length; i++)
            {
                column.GetUtf8(i).CopyTo(arena.AsSpan(offsets[row++]));
            }
        }

        return new ArenaStringColumn(offsets, arena);
    }
}
