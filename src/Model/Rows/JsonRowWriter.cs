using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace PixieOrleans.Model.Rows;

/// <summary>Writes rows as JSON: an array per row, or an object with the table's name first.</summary>
/// <param name="json">Takes the values.</param>
/// <param name="columns">Columns of the rows.</param>
/// <param name="tableName">Name of the table; null for arrays.</param>
/// <param name="endRow">Called after each row.</param>
public sealed class JsonRowWriter(
    Utf8JsonWriter json, ImmutableArray<ColumnSchema> columns, string? tableName, Action? endRow) : IRowWriter
{
    private static readonly JsonEncodedText TableName = JsonEncodedText.Encode("_tableName_");

    private readonly JsonEncodedText[] _names =
        tableName is null ? [] : [.. columns.Select(c => JsonEncodedText.Encode(c.Name))];

    private int _column;

    /// <inheritdoc/>
    public void WriteBoolean(bool value)
    {
        StartCell();
        json.WriteBooleanValue(value);
    }

    /// <inheritdoc/>
    public void WriteInt64(long value)
    {
        StartCell();
        if (columns[_column - 1].Type != DataType.Time64Ns)
        {
            json.WriteNumberValue(value);
            return;
        }

        Span<byte> text = stackalloc byte[TimeText.Length];
        TimeText.Format(value, text);
        json.WriteStringValue(text);
    }

    /// <inheritdoc/>
    public void WriteUInt128(UInt128 value)
    {
        StartCell();
        json.WriteStringValue(Upid.ToUuid(value));
    }

    /// <inheritdoc/>
    public void WriteFloat64(double value)
    {
        StartCell();
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <inheritdoc/>
    public void WriteString(ReadOnlySpan<byte> utf8)
    {
        StartCell();
        if (Utf8.IsValid(utf8))
        {
            json.WriteStringValue(utf8);
        }
        else
        {
            json.WriteStringValue(Encoding.UTF8.GetString(utf8)); // replaces what is not UTF-8
        }
    }

    /// <inheritdoc/>
    public void EndRow()
    {
        if (_column != columns.Length)
        {
            throw new InvalidOperationException($"A row has {_column} cells instead of {columns.Length}.");
        }

        _column = 0;
        if (tableName is null)
        {
            json.WriteEndArray();
        }
        else
        {
            json.WriteEndObject();
        }

        endRow?.Invoke();
    }

    private void StartCell()
    {
        if (_column == 0)
        {
            StartRow();
        }

        if (tableName is not null)
        {
            json.WritePropertyName(_names[_column]);
        }

        _column++;
    }

    private void StartRow()
    {
        if (tableName is null)
        {
            json.WriteStartArray();
            return;
        }

        json.WriteStartObject();
        json.WriteString(TableName, tableName);
    }
}
