using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PixieOrleans.Cli.Formatting;
using PixieOrleans.Cli.Query;
using PixieOrleans.Cli.Terminals;
using PixieOrleans.Model;
using PixieOrleans.Model.Rows;

namespace PixieOrleans.Cli.Replays;

/// <summary>Prints rows that are here, not at a silo, in the formats of `pxo run`.</summary>
internal sealed class RowPrinter(Terminal terminal, string format)
{
    private const int FlushBytes = 64 << 10;

    private readonly ArrayBufferWriter<byte> _buffer = new(FlushBytes);
    private bool _isFirst = true;

    /// <summary>Prints one table.</summary>
    public void Print(string name, ImmutableArray<ColumnSchema> columns, long rows, Action<IRowWriter> write)
    {
        switch (format)
        {
            case "json":
                PrintJson(name, columns, write);
                break;
            case "csv":
                PrintCsv(columns, write);
                break;
            default:
                PrintTable(name, columns, rows, write);
                break;
        }

        _isFirst = false;
    }

    private void PrintJson(string name, ImmutableArray<ColumnSchema> columns, Action<IRowWriter> write)
    {
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using var json = new Utf8JsonWriter(_buffer, options);
        write(new JsonRowWriter(json, columns, name, () =>
        {
            json.Flush();
            _buffer.Write("\n"u8);
            json.Reset();
            FlushFrom(FlushBytes);
        }));
        FlushFrom(0);
    }

    private void PrintCsv(ImmutableArray<ColumnSchema> columns, Action<IRowWriter> write)
    {
        if (!_isFirst)
        {
            _buffer.Write("\r\n"u8);
        }

        var rows = new CsvRowWriter(_buffer, columns);
        rows.WriteHeader();
        write(rows);
        FlushFrom(0);
    }

    // A table is as wide as its widest cells, so its rows are kept: as the cells of an answer of the API.
    private void PrintTable(string name, ImmutableArray<ColumnSchema> columns, long rows, Action<IRowWriter> write)
    {
        var formatters = CellFormatter.For(
            [.. columns.Select(c => new QueryColumn(c.Name, WireNames.Of(c.Type), WireNames.Of(c.Semantic)))],
            isShort: terminal.Width is not null);
        var table = new TableWriter(
            terminal,
            [.. columns.Select((c, i) => new TableColumn(c.Name, formatters[i].IsNumber, formatters[i].MinWidth))]);
        using var json = new Utf8JsonWriter(_buffer);
        write(new JsonRowWriter(json, columns, null, () =>
        {
            json.Flush();
            var cells = JsonElement.Parse(_buffer.WrittenSpan).EnumerateArray();
            table.Add([.. cells.Select((cell, i) => formatters[i].Format(cell))]);
            _buffer.ResetWrittenCount();
            json.Reset();
        }));
        terminal.Out.WriteLine($"Table: {PrintableText.Escape(name)} ({rows} {(rows == 1 ? "row" : "rows")})");
        table.Write();
        terminal.Out.WriteLine();
    }

    private void FlushFrom(int bytes)
    {
        if (_buffer.WrittenCount >= bytes)
        {
            terminal.Out.Write(Encoding.UTF8.GetString(_buffer.WrittenSpan));
            _buffer.ResetWrittenCount();
        }
    }
}
