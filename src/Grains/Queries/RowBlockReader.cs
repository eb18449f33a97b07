using System.Collections.Immutable;
using PixieOrleans.Grains.Fragments;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Model;

using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Grains.Queries;

/// <summary>Rows of an encoded block, cell by cell.</summary>
internal sealed class RowBlockReader : IRowBlockReader
{
    public void Read(ReadOnlyMemory<byte> block, ImmutableArray<ColumnSchema> columns, IRowWriter writer)
    {
        var batch = RowBlocks.Decode(block, columns);
        for (var row = 0; row < batch.Rows; row++)
        {
            foreach (var column in batch.Columns)
            {
                Write(column, row, writer);
            }

            writer.EndRow();
        }
    }

    private static void Write(Column column, int row, IRowWriter writer)
    {
        switch (column)
        {
            case Int64Column integers:
                writer.WriteInt64(integers.Values[row]);
                break;
            case StringColumn strings:
                writer.WriteString(strings.GetUtf8(row));
                break;
            case Float64Column doubles:
                writer.WriteFloat64(doubles.Values[row]);
                break;
            case UInt128Column wide:
                writer.WriteUInt128(wide.Values[row]);
                break;
            case BooleanColumn booleans:
                writer.WriteBoolean(booleans.Values[row]);
                break;
            default:
                throw new FormatException($"A block holds cells of the unknown type {column.Type}.");
        }
    }
}
