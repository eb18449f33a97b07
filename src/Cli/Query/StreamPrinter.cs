using System.Text.Json;
using PixieOrleans.Cli.Formatting;
using PixieOrleans.Cli.Server;
using PixieOrleans.Cli.Terminals;

namespace PixieOrleans.Cli.Query;

/// <summary>Prints the rows of a stream as they come: a heading where the table changes, then its rows.</summary>
/// <remarks>A column keeps the width of its first cells or more; later, longer cells push the line out.</remarks>
internal sealed class StreamPrinter(Terminal terminal, bool quiet)
{
    private const string TableName = "_tableName_";

    private readonly Dictionary<string, StreamedTable> _tables = new(StringComparer.Ordinal);
    private StreamedTable? _current;

    /// <summary>Prints one line of the answer.</summary>
    public void Print(string line)
    {
        var value = JsonElement.Parse(line);
        if (value.TryGetProperty("_started_", out var started))
        {
            Start(started.Deserialize(ServerJson.Default.StreamStart)!);
        }
        else if (value.TryGetProperty("_lost_", out var lost))
        {
            WriteLoss(lost.Deserialize(ServerJson.Default.StreamLoss)!);
        }
        else if (value.TryGetProperty(TableName, out var name) && _tables.TryGetValue(name.GetString()!, out var table))
        {
            WriteRow(table, value);
        }
    }

    private void Start(StreamStart start)
    {
        foreach (var table in start.Tables)
        {
            _tables[table.Name] = new StreamedTable(terminal, table);
        }

        if (!quiet)
        {
            ScriptError.WriteWarnings(terminal.Error, start.Warnings);
        }
    }

    private void WriteRow(StreamedTable table, JsonElement row)
    {
        if (_current != table)
        {
            table.WriteHeading();
            _current = table;
        }

        table.WriteRow(row);
    }

    private void WriteLoss(StreamLoss lost)
    {
        if (!quiet)
        {
            terminal.Flush();
            terminal.Error.WriteLine(
                PrintableText.Escape($"{lost.RowsExpired} rows of {lost.Node} expired before they could be sent"));
        }
    }

    private sealed class StreamedTable
    {
        private readonly Terminal _terminal;
        private readonly StreamTable _table;
        private readonly CellFormatter[] _formatters;
        private readonly TableWriter _writer;

        public StreamedTable(Terminal terminal, StreamTable table)
        {
            (_terminal, _table) = (terminal, table);
            _formatters = CellFormatter.For(table.Columns, isShort: terminal.Width is not null);
            _writer = new TableWriter(
                terminal,
                [.. table.Columns.Select((c, i) => new TableColumn(
                    c.Name, _formatters[i].IsNumber, _formatters[i].MinWidth))]);
        }

        public void WriteHeading() => _terminal.Out.WriteLine($"Table: {PrintableText.Escape(_table.Name)}");

        public void WriteRow(JsonElement row)
        {
            _writer.Add([.. _table.Columns.Select((column, i) =>
                _formatters[i].Format(row.TryGetProperty(column.Name, out var value) ? value : default))]);
            _writer.WriteAdded();
        }
    }
}

/// <summary>First line of a stream.</summary>
internal sealed record StreamStart(StreamTable[] Tables, ScriptError[]? Warnings);

/// <summary>A table of a stream.</summary>
internal sealed record StreamTable(string Name, QueryColumn[] Columns);

/// <summary>Rows that a stream missed.</summary>
internal sealed record StreamLoss(string Node, long RowsExpired);
