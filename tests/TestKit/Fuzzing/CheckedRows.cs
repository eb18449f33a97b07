using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using PixieOrleans.Model;

namespace PixieOrleans.TestKit.Fuzzing;

/// <summary>
/// Checks that cells come in the order and type of the schema, that texts are UTF-8 within a size and JSON where the
/// column promises it; keeps nothing.
/// </summary>
internal sealed class CheckedRows(TableSchema schema) : IRowWriter
{
    private const int MaxCellBytes = (64 << 10) + 256; // the largest limit of a text, and the mark behind it
    private const int MaxDepth = 1000;

    private static readonly HashSet<(string Table, string Column)> JsonColumns =
    [
        ("http_events", "req_headers"), ("http_events", "resp_headers"),
        ("dns_events", "req_header"), ("dns_events", "req_body"),
        ("dns_events", "resp_header"), ("dns_events", "resp_body"),
        ("nats_events.beta", "body"), ("tls_events", "req_body"), ("tls_events", "resp_body"),
        ("mqtt_events", "req_body"), ("mqtt_events", "resp_body"),
        ("kafka_events.beta", "req_body"), ("kafka_events.beta", "resp"),
        ("amqp_events", "req_msg"), ("amqp_events", "resp_msg"),
        ("mongodb_events", "req_body"), ("mongodb_events", "resp_body"), ("memcached_events", "req_args"),
    ];

    private readonly TableSchema _schema = schema;
    private int _cell;

    /// <summary>Rows written.</summary>
    public long Count { get; private set; }

    public void WriteBoolean(bool value) => Take(DataType.Boolean);

    public void WriteInt64(long value)
    {
        var column = Next();
        Check(column.Type is DataType.Int64 or DataType.Time64Ns, "another type than an integer: ", column.Name);
        Check(column.Name != "latency" || value >= 0, "negative: ", column.Name);
    }

    public void WriteUInt128(UInt128 value) => Take(DataType.UInt128);

    public void WriteFloat64(double value) => Take(DataType.Float64);

    public void WriteString(ReadOnlySpan<byte> utf8)
    {
        var column = Next();
        Check(column.Type == DataType.String, "another type than text: ", column.Name);
        Check(utf8.Length <= MaxCellBytes, "a cell beyond all limits: ", column.Name);
        CheckText(Utf8.IsValid(utf8), "not UTF-8: ", column, utf8);
        CheckText(
            utf8.IsEmpty || !JsonColumns.Contains((_schema.Name, column.Name)) || IsJson(utf8), "not JSON: ", column,
            utf8);
    }

    public void EndRow()
    {
        Check(_cell == _schema.Columns.Length, "a row without some of its cells");
        _cell = 0;
        Count++;
    }

    /// <summary>No row is unfinished.</summary>
    public void CheckEnd() => Check(_cell == 0, "an unfinished row");

    private static bool IsJson(ReadOnlySpan<byte> utf8)
    {
        if (utf8.SequenceEqual("<compressed>"u8))
        {
            return true; // a body in a form that nothing here reads
        }

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions
        {
            MaxDepth = MaxDepth,
            AllowMultipleValues = true, // documents of MongoDB
        });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Check(bool holds, string message, string subject = "")
    {
        if (!holds)
        {
            throw new BrokenBoundException(message + subject);
        }
    }

    private static void CheckText(bool holds, string message, ColumnSchema column, ReadOnlySpan<byte> utf8)
    {
        if (!holds)
        {
            throw new BrokenBoundException(message + column.Name, Encoding.Latin1.GetString(utf8));
        }
    }

    private void Take(DataType type)
    {
        var column = Next();
        Check(column.Type == type, "another type: ", column.Name);
    }

    private ColumnSchema Next()
    {
        Check(_cell < _schema.Columns.Length, "a cell too much");
        return _schema.Columns[_cell++];
    }
}
