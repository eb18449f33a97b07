using System.Text;
using PixieOrleans.Model;

namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>Writes rows by the names of their columns; a column that is not named has its type's default.</summary>
internal sealed class RowSet(TableSchema schema, IRowWriter writer)
{
    /// <summary>Writes a row.</summary>
    public void Add(params (string Column, object Value)[] cells)
    {
        var values = cells.ToDictionary(cell => cell.Column, cell => cell.Value, StringComparer.Ordinal);
        foreach (var column in schema.Columns)
        {
            values.Remove(column.Name, out var value);
            Write(column.Type, value);
        }

        Assert.Empty(values.Keys); // a name that the table does not have
        writer.EndRow();
    }

    private void Write(DataType type, object? value)
    {
        switch (type)
        {
            case DataType.Boolean:
                writer.WriteBoolean(value is true);
                break;
            case DataType.UInt128:
                writer.WriteUInt128(value is UInt128 wide ? wide : 0);
                break;
            case DataType.Float64:
                writer.WriteFloat64(value is double number ? number : 0);
                break;
            case DataType.String:
                writer.WriteString(Encoding.UTF8.GetBytes(value as string ?? ""));
                break;
            default:
                writer.WriteInt64(value switch { int small => small, long large => large, _ => 0 });
                break;
        }
    }
}
