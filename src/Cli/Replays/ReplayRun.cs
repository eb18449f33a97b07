using PixieOrleans.Cli.Formatting;
using PixieOrleans.Cli.Server;
using PixieOrleans.Cli.Terminals;
using PixieOrleans.Model.Rows;
using PixieOrleans.Model.Scripts;
using PixieOrleans.Replay;
using PixieOrleans.Replay.Captures;
using PixieOrleans.Replay.Queries;
using PixieOrleans.Replay.Summaries;

namespace PixieOrleans.Cli.Replays;

/// <summary>One replay: reads the capture, then prints a summary or an answer.</summary>
internal sealed class ReplayRun(
    Terminal terminal, string capture, string format, bool isQuiet, ReplayOptions options)
{
    private const int FileBufferBytes = 1; // the reader has a buffer of its own

    private const string Names = ".ctx["; // asks for the name of a pod, a service or a command line

    private const string NoNames =
        "no rows: a capture knows no pods and services, and the script may keep only rows that have a name";

    private readonly RowPrinter _printer = new(terminal, format);

    /// <summary>Prints what the capture holds.</summary>
    public int Summarise(CancellationToken cancellationToken)
    {
        var replay = new CaptureReplay(options);
        var summary = Read(replay, cancellationToken);
        if (format == "table")
        {
            terminal.Out.WriteLine($"Capture: {PrintableText.Escape(capture)}, {Span(summary.Times)}\n");
        }

        var query = new ReplayQuery(replay.Store, summary.Times, replay.Entities);
        foreach (var table in SummaryTables.Of(summary, FailedExchanges.Count(query, cancellationToken)))
        {
            if (!table.Rows.IsEmpty)
            {
                _printer.Print(table.Name, table.Columns, table.Rows.Length, table.WriteTo);
            }
        }

        return End(summary);
    }

    /// <summary>Prints the answer to a script.</summary>
    public int Answer(
        string script, IReadOnlyList<BoundCall> calls, long? maxRows, CancellationToken cancellationToken)
    {
        var replay = new CaptureReplay(options);
        var summary = Read(replay, cancellationToken);
        try
        {
            var query = new ReplayQuery(replay.Store, summary.Times, replay.Entities);
            var answer = query.Run(script, calls, maxRows, cancellationToken);
            foreach (var table in answer.Tables)
            {
                _printer.Print(table.Name, table.Columns, table.Rows, table.WriteTo);
            }

            if (!isQuiet)
            {
                terminal.Flush();
                ScriptError.WriteWarnings(terminal.Error, [.. answer.Warnings.Select(ErrorOf)]);
            }

            return End(summary);
        }
        catch (ReplayQueryException e)
        {
            throw e.Errors.IsEmpty
                ? new ServerException(e.Message)
                : new Problem(null, null, [.. e.Errors.Select(ErrorOf)]).ToException(0);
        }
    }

    private ReplaySummary Read(CaptureReplay replay, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = Open();
            var progress = new ReplayProgressLine(terminal, stream.CanSeek ? stream.Length : null);
            var summary = replay.Run(
                stream,
                isQuiet ? null : p => progress.Show(p, stream.CanSeek ? stream.Position : 0),
                cancellationToken);
            progress.Clear();
            return summary;
        }
        catch (CaptureFormatException e)
        {
            throw new ServerException($"{PrintableText.Escape(capture)} cannot be read: {e.Message}");
        }
    }

    private Stream Open()
    {
        if (capture == "-")
        {
            return Console.OpenStandardInput();
        }

        if (!File.Exists(capture))
        {
            throw new UsageException($"{PrintableText.Escape(capture)}: no such file");
        }

        return new FileStream(capture, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileBufferBytes);
    }

    private int End(ReplaySummary summary)
    {
        terminal.Flush();
        if (!isQuiet && summary.Damage is { } damage)
        {
            terminal.Error.WriteLine($"incomplete: {damage}; what comes before it was read");
        }

        var evicted = summary.Tables.Sum(table => table.RowsEvicted);
        if (!isQuiet && evicted > 0)
        {
            terminal.Error.WriteLine(
                $"incomplete: {evicted} rows, the oldest, did not fit the tables; see --table-bytes");
        }

        return ExitCodes.Ok;
    }

    private static ScriptError ErrorOf(ScriptMessage message) =>
        new(message.Line, message.Column, message.Text, message.Code, message.SourceLine);

    private static string Span(CaptureTimes times) => times == default
        ? "no packets"
        : $"{TimeText.Format(times.StartNs)} to {TimeText.Format(times.EndNs)} "
            + $"({QuantityText.DurationNs(times.EndNs - times.StartNs)})";
}
