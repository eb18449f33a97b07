using System.Text;
using System.Text.Json;
using PixieOrleans.Cli.Formatting;
using PixieOrleans.Cli.Server;
using PixieOrleans.Cli.Terminals;

namespace PixieOrleans.Cli.Query;

/// <summary>Runs a query and prints its answer in one of the output formats.</summary>
internal sealed class AnswerPrinter(SiloClient client, Terminal terminal, bool quiet)
{
    private const string RowLimitText =
        "there are more rows than the limit; raise it in the script with #px:set max_output_rows_per_table=N, "
        + "within the silo's setting Query:MaxRows";

    private const string Ndjson = "application/x-ndjson";
    private const string CompletenessHeader = "Pxo-Completeness"; // header or trailer of a CSV answer, JSON
    private const string WarningsHeader = "Pxo-Warnings"; // header of a CSV answer, JSON

    /// <summary>Prints the answer to <paramref name="request"/>; returns the exit code.</summary>
    public Task<int> RunAsync(QueryRequest request, string format, CancellationToken cancellationToken) =>
        format switch
        {
            "json" => PrintNdjsonAsync(request, cancellationToken),
            "csv" => PrintCsvAsync(request, cancellationToken),
            _ => PrintTablesAsync(request, cancellationToken),
        };

    private async Task<int> PrintTablesAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        using var response = await client.QueryAsync(request, ["application/json", Ndjson], cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (response.Content.Headers.ContentType?.MediaType == Ndjson) // the silo's way to answer a stream
        {
            await PrintLinesAsync(body, new StreamPrinter(terminal, quiet).Print, cancellationToken);
            return ExitCodes.Ok;
        }

        var answer = await JsonSerializer.DeserializeAsync(body, ServerJson.Default.QueryAnswer, cancellationToken)
            ?? throw new ServerException("the silo sent an empty answer");
        foreach (var table in answer.Tables)
        {
            PrintTable(table);
        }

        answer.Explanation?.Write(terminal);
        Report(answer.Completeness, answer.Statistics, answer.Warnings);
        return ExitCodes.Ok;
    }

    private void PrintTable(QueryTable table)
    {
        var formatters = CellFormatter.For(table.Columns, isShort: terminal.Width is not null);
        var columns = table.Columns
            .Select((column, i) => new TableColumn(column.Name, formatters[i].IsNumber, formatters[i].MinWidth))
            .ToArray();
        var writer = new TableWriter(terminal, columns);
        foreach (var row in table.Rows)
        {
            writer.Add([.. row.Select((value, i) => formatters[i].Format(value))]);
        }

        var rows = table.Rows.Length == 1 ? "row" : "rows";
        terminal.Out.WriteLine($"Table: {PrintableText.Escape(table.Name)} ({table.Rows.Length} {rows})");
        writer.Write();
        terminal.Out.WriteLine();
    }

    private async Task<int> PrintNdjsonAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        using var response = await client.QueryAsync(request, [Ndjson], cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await PrintLinesAsync(body, terminal.Out.WriteLine, cancellationToken);
        return ExitCodes.Ok;
    }

    // Lines are shown as soon as no further one is there to be read at once.
    private async Task PrintLinesAsync(Stream body, Action<string> print, CancellationToken cancellationToken)
    {
        using var lines = new StreamReader(body, Encoding.UTF8);
        NdjsonEnd? end = null;
        while (true)
        {
            var next = lines.ReadLineAsync(cancellationToken);
            if (!next.IsCompleted)
            {
                terminal.Flush();
            }

            if (await next is not { } line)
            {
                break;
            }

            print(line);
            end = IsEnd(line) ? JsonSerializer.Deserialize(line, ServerJson.Default.NdjsonEnd) : null;
        }

        ReportEnd(end);
    }

    private void ReportEnd(NdjsonEnd? end)
    {
        if (end is null)
        {
            throw new ServerException("the answer broke off: its last line is missing");
        }

        if (end.Error is { } error)
        {
            throw new ServerException(
                PrintableText.Escape($"the query failed after its first rows: {error.Message} ({error.Code})"));
        }

        Report(end.Completeness, end.Statistics, end.Warnings);
    }

    private async Task<int> PrintCsvAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        using var response = await client.QueryAsync(request, ["text/csv"], cancellationToken);
        using var body = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
        var buffer = new char[16 << 10];
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            await terminal.Out.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        var warnings = response.Headers.TryGetValues(WarningsHeader, out var texts)
            ? JsonSerializer.Deserialize(texts.First(), ServerJson.Default.ScriptErrorArray)
            : null;
        var completeness = response.TrailingHeaders.TryGetValues(CompletenessHeader, out var values)
            || response.Headers.TryGetValues(CompletenessHeader, out values)
            ? JsonSerializer.Deserialize(values.First(), ServerJson.Default.Completeness)
            : null;
        Report(completeness, statistics: null, warnings);
        return ExitCodes.Ok;
    }

    private static bool IsEnd(string line) =>
        line.StartsWith("{\"_completeness_\"", StringComparison.Ordinal)
        || line.StartsWith("{\"_error_\"", StringComparison.Ordinal);

    private void Report(Completeness? completeness, Statistics? statistics, ScriptError[]? warnings)
    {
        terminal.Flush();
        if (quiet)
        {
            return;
        }

        ScriptError.WriteWarnings(terminal.Error, warnings);
        if (completeness?.ToText() is { } text)
        {
            terminal.Error.WriteLine(PrintableText.Escape(text));
        }

        if (statistics?.RowLimitReached == true)
        {
            terminal.Error.WriteLine(RowLimitText);
        }
    }
}
