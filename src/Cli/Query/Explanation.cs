using System.Globalization;
using PixieOrleans.Cli.Formatting;
using PixieOrleans.Cli.Terminals;

namespace PixieOrleans.Cli.Query;

/// <summary>How a query was run: its plan, and what the operators did.</summary>
internal sealed record Explanation(string Fragment, string Merge, PartFigures[] Parts)
{
    private const double NsPerMs = 1e6;

    /// <summary>Prints both parts of the plan, and the figures if there are any.</summary>
    public void Write(Terminal terminal)
    {
        WritePlan(terminal, "Plan of every node:", Fragment);
        WritePlan(terminal, "Plan of the merge part:", Merge);
        if (Parts.Length > 0)
        {
            WriteFigures(terminal);
        }
    }

    private static void WritePlan(Terminal terminal, string title, string plan)
    {
        terminal.Out.WriteLine(title);
        foreach (var line in plan.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            terminal.Out.WriteLine("  " + PrintableText.Escape(line));
        }

        terminal.Out.WriteLine();
    }

    private void WriteFigures(Terminal terminal)
    {
        var table = new TableWriter(
            terminal,
            [
                new TableColumn("node"),
                new TableColumn("operator"),
                new TableColumn("rows skipped", AlignRight: true),
                new TableColumn("rows in", AlignRight: true),
                new TableColumn("rows out", AlignRight: true),
                new TableColumn("bytes out", AlignRight: true),
                new TableColumn("time", AlignRight: true),
            ]);
        foreach (var part in Parts)
        {
            foreach (var op in part.Operators)
            {
                table.Add(
                    part.Node is { } node ? new Cell(node) : new Cell("(merge)", CellColor.Dim),
                    new Cell($"%{op.Id} {op.Kind}"),
                    new Cell(op.RowsSkipped == 0 ? "" : op.RowsSkipped.ToString(CultureInfo.InvariantCulture)),
                    new Cell(op.RowsIn.ToString(CultureInfo.InvariantCulture)),
                    new Cell(op.RowsOut.ToString(CultureInfo.InvariantCulture)),
                    new Cell(op.BytesOut is { } bytes ? QuantityText.Bytes(bytes) : ""),
                    new Cell(op.TimeMs is { } ms ? QuantityText.DurationNs(ms * NsPerMs) : ""));
            }
        }

        table.Write();
        terminal.Out.WriteLine();
    }
}

/// <summary>What the operators of one part of a plan did; the merge part has no node.</summary>
internal sealed record PartFigures(string? Node, OperatorFigures[] Operators);

/// <summary>What one operator did; null is not measured.</summary>
internal sealed record OperatorFigures(
    int Id, string Kind, long RowsIn, long RowsOut, long? BytesOut, double? TimeMs, long RowsSkipped);
