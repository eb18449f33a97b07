using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PixieOrleans.Model;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Tables.Tests.Store;

/// <summary>A table with a column of every type; the cells of a row follow from its number.</summary>
internal static class SampleRows
{
    public static readonly TableSchema Schema = new("sample", "", [
        new ColumnSchema("time_", DataType.Time64Ns),
        new ColumnSchema("id", DataType.Int64),
        new ColumnSchema("upid", DataType.UInt128),
        new ColumnSchema("ratio", DataType.Float64),
        new ColumnSchema("even", DataType.Boolean),
        new ColumnSchema("unique", DataType.String),
        new ColumnSchema("repeated", DataType.String),
    ]);

    public static readonly ImmutableArray<string> AllColumns = [.. Schema.Columns.Select(c => c.Name)];

    public static void Write(IRowWriter writer, long id, long timeNs)
    {
        Span<byte> text = stackalloc byte[32];
        id.TryFormat(text, out var length, provider: CultureInfo.InvariantCulture);
        writer.WriteInt64(timeNs);
        writer.WriteInt64(id);
        writer.WriteUInt128((UInt128)id << 64 | 7);
        writer.WriteFloat64(id / 2.0);
        writer.WriteBoolean(id % 2 == 0);
        writer.WriteString(text[..length]);
        writer.WriteString(id % 3 == 0 ? "GET"u8 : "POST"u8);
        writer.EndRow();
    }

    /// <summary>The ids of a snapshot in order, after checking that every cell belongs to its row's id.</summary>
    public static List<long> CheckAndReadIds(IEnumerable<RowBatch> batches)
    {
        var ids = new List<long>();
        foreach (var batch in batches)
        {
            var columns = batch.Columns;
            for (var row = 0; row < batch.Rows; row++)
            {
                var id = ((Int64Column)columns[1]).Values[row];
                Assert.Equal((UInt128)id << 64 | 7, ((UInt128Column)columns[2]).Values[row]);
                Assert.Equal(id / 2.0, ((Float64Column)columns[3]).Values[row]);
                Assert.Equal(id % 2 == 0, ((BooleanColumn)columns[4]).Values[row]);
                Assert.Equal(
                    id.ToString(CultureInfo.InvariantCulture),
                    Encoding.UTF8.GetString(((StringColumn)columns[5]).GetUtf8(row)));
                Assert.Equal(
                    id % 3 == 0 ? "GET" : "POST", Encoding.UTF8.GetString(((StringColumn)columns[6]).GetUtf8(row)));
                ids.Add(id);
            }
        }

        return ids;
    }
}
