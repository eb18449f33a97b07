using PixieOrleans.Model;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Tables;

/// <summary>Batches row by row.</summary>
public static class RowBatchCells
{
    /// <summary>Hands every row of a batch to a writer, in order.</summary>
    /// <exception cref="FormatException">A column is of an unknown type.</exception>
    public static void WriteTo(this RowBatch batch, IRowWriter writer)
    {
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
                throw new FormatException($"A batch holds cells of the unknown type {column.Type}.");
        }
    }
}
