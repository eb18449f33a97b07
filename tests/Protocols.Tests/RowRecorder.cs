using System.Text;
using PixieOrleans.Model;

namespace PixieOrleans.Protocols.Tests;

/// <summary>Keeps rows as objects and checks that cells come in the order and type of the schema.</summary>
internal sealed class RowRecorder(TableSchema schema) : IRowWriter
{
    private readonly TableSchema _schema = schema;
    private readonly List<object> _cells = [];

    /// <summary>The rows, in order.</summary>
    public List<RecordedRow> Rows { get; } = [];

    public void WriteBoolean(bool value) => Add(value, DataType.Boolean);

    public void WriteInt64(long value) =>
        Add(value, _schema.Columns[_cells.Count].Type == DataType.Time64Ns ? DataType.Time64Ns : DataType.Int64);

    public void WriteUInt128(UInt128 value) => Add(value, DataType.UInt128);

    public void WriteFloat64(double value) => Add(value, DataType.Float64);

    public void WriteString(ReadOnlySpan<byte> utf8) => Add(Encoding.UTF8.GetString(utf8), DataType.String);

    public void EndRow()
    {
        Assert.Equal(_schema.Columns.Length, _cells.Count);
        Rows.Add(new RecordedRow(_schema, [.. _cells]));
        _cells.Clear();
    }

    private void Add(object value, DataType type)
    {
        Assert.Equal(_schema.Columns[_cells.Count].Type, type);
        _cells.Add(value);
    }
}

/// <summary>One row.</summary>
internal sealed record RecordedRow(TableSchema Schema, object[] Cells)
{
    public long Int(string column) => (long)Cells[Index(column)];

    public string Text(string column) => (string)Cells[Index(column)];

    public bool Bool(string column) => (bool)Cells[Index(column)];

    public object this[string column] => Cells[Index(column)];

    /// <summary>Method, path, status and body sizes: enough to tell exchanges apart.</summary>
    public string Summary =>
        $"{Text("req_method")} {Text("req_path")} {Int("req_body_size")} -> "
        + $"{Int("resp_status")} {Int("resp_body_size")}";

    private int Index(string column)
    {
        var index = Schema.IndexOf(column);
        Assert.True(index >= 0, column);
        return index;
    }
}
