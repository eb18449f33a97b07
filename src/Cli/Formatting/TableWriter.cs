using System.Text;
using PixieOrleans.Cli.Terminals;
using Spectre.Console;

namespace PixieOrleans.Cli.Formatting;

/// <summary>Writes rows as a table: fitted to the width of a terminal, whole cells when piped.</summary>
internal sealed class TableWriter(Terminal terminal, IReadOnlyList<TableColumn> columns)
{
    private const string Separator = "  ";
    private const char Ellipsis = '…';

    private const int MinStreamWidth = 8; // rows to come may be longer than the first

    private readonly List<Cell[]> _rows = [];
    private int[]? _streamWidths;

    /// <summary>Adds a row; it has as many cells as there are columns.</summary>
    public void Add(params Cell[] cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = cells[i] with { Text = PrintableText.Escape(cells[i].Text) };
        }

        _rows.Add(cells);
    }

    /// <summary>
    /// Writes the rows added since the last call, below headings at the first; the widths of the first call stay, and
    /// nothing is kept, so that a table may go on for ever.
    /// </summary>
    public void WriteAdded()
    {
        var line = new StringBuilder();
        if (_streamWidths is null)
        {
            _streamWidths = Fit([.. NaturalWidths().Select(width => Math.Max(width, MinStreamWidth))]);
            WriteHeadings(line, _streamWidths);
        }

        foreach (var row in _rows)
        {
            WriteLine(line, _streamWidths, column => row[column]);
        }

        _rows.Clear();
    }

    /// <summary>Writes the headings and all rows.</summary>
    public void Write()
    {
        var widths = Fit(NaturalWidths());
        var line = new StringBuilder();
        WriteHeadings(line, widths);
        foreach (var row in _rows)
        {
            WriteLine(line, widths, column => row[column]);
        }
    }

    private void WriteHeadings(StringBuilder line, int[] widths)
    {
        WriteLine(line, widths, column => new Cell(columns[column].Name));
        WriteLine(line, widths, column => new Cell(new string('-', widths[column]), CellColor.Dim));
    }

    private int[] NaturalWidths()
    {
        var widths = columns.Select(column => column.Name.GetCellWidth()).ToArray();
        foreach (var row in _rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                widths[i] = Math.Max(widths[i], row[i].Text.GetCellWidth());
            }
        }

        return widths;
    }

    /// <summary>Takes width from the widest columns of text until the line fits; a cut number would be a lie.</summary>
    private int[] Fit(int[] widths)
    {
        if (terminal.Width is not { } available)
        {
            return widths;
        }

        var excess = widths.Sum() + (Separator.Length * (widths.Length - 1)) - available;
        while (excess > 0 && WidestText(widths) is { } widest)
        {
            widths[widest]--;
            excess--;
        }

        return widths; // may still be too wide: the terminal then wraps the lines
    }

    private int? WidestText(int[] widths)
    {
        int? widest = null;
        for (var i = 0; i < widths.Length; i++)
        {
            var canShrink = !columns[i].AlignRight && widths[i] > columns[i].MinWidth;
            if (canShrink && (widest is null || widths[i] > widths[widest.Value]))
            {
                widest = i;
            }
        }

        return widest;
    }

    private void WriteLine(StringBuilder line, int[] widths, Func<int, Cell> cellOf)
    {
        line.Clear();
        for (var i = 0; i < widths.Length; i++)
        {
            AppendCell(line, cellOf(i), widths[i], columns[i].AlignRight, isLast: i == widths.Length - 1);
        }

        terminal.Out.WriteLine(line.ToString().TrimEnd());
    }

    private void AppendCell(StringBuilder line, Cell cell, int width, bool alignRight, bool isLast)
    {
        var isStreamedNumber = _streamWidths is not null && alignRight; // may outgrow its column, but never be cut
        var text = isStreamedNumber || (_streamWidths is not null && terminal.Width is null)
            ? cell.Text
            : Cut(cell.Text, width);
        var padding = new string(' ', Math.Max(0, width - text.GetCellWidth()));
        line.Append(alignRight ? padding : "");
        line.Append(terminal.Paint(text, cell.Color));
        line.Append(alignRight || isLast ? "" : padding);
        line.Append(isLast ? "" : Separator);
    }

    private static string Cut(string text, int width)
    {
        if (text.GetCellWidth() <= width)
        {
            return text;
        }

        var kept = new StringBuilder();
        var used = 1; // the ellipsis
        foreach (var rune in text.EnumerateRunes())
        {
            used += rune.ToString().GetCellWidth();
            if (used > width)
            {
                break;
            }

            kept.Append(rune);
        }

        return kept.Append(Ellipsis).ToString();
    }
}

/// <summary>Heading of a table's column.</summary>
/// <param name="Name">Text of the heading.</param>
/// <param name="AlignRight">True for numbers, which are never cut.</param>
/// <param name="MinWidth">Characters below which the column says nothing.</param>
internal readonly record struct TableColumn(string Name, bool AlignRight = false, int MinWidth = 6);
