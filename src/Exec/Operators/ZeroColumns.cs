using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Operators;

/// <summary>Columns whose cells are all their type's zero: what stands for a missing row.</summary>
internal static class ZeroColumns
{
    private static readonly ArenaStringColumn EmptyString = new(new int[2], default);

    /// <summary>Rows of zeros.</summary>
    public static RowBatch Batch(ImmutableArray<ColumnSchema> columns, int rows) =>
        new([.. columns.Select(column => Create(column.Type, rows))], rows);

    /// <summary>Cells of zeros.</summary>
    public static Column Create(DataType type, int rows) => type switch
    {
        DataType.Boolean => new BooleanColumn(new bool[rows]),
        DataType.Float64 => new Float64Column(new double[rows]),
        DataType.UInt128 => new UInt128Column(new UInt128[rows]),
        DataType.String when rows == 0 => new ArenaStringColumn(new int[1], default),
        DataType.String => new DictionaryStringColumn(new int[rows], EmptyString),
        _ => new Int64Column(new long[rows], type),
    };
}
