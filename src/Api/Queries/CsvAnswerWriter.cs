using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PixieOrleans.Api.Contracts;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Model.Rows;

namespace PixieOrleans.Api.Queries;

/// <summary>
/// An answer as comma-separated values: per table a header line and its rows, an empty line between tables. The
/// first table is sent while rows arrive, once there are 64 KiB of them; rows of the others are held back. What is
/// missing is said in Pxo-Completeness (JSON): a header of an answer that is complete before anything was sent, else
/// a trailer, where the connection carries trailers (HTTP/2). Warnings are a header (Pxo-Warnings, JSON); a plan has
/// no place here. A failed answer breaks off: its body has no end.
/// </summary>
internal sealed class CsvAnswerWriter : IAnswerWriter
{
    /// <summary>Name of the header or trailer.</summary>
    public const string CompletenessHeader = "Pxo-Completeness";

    private const string WarningsHeader = "Pxo-Warnings";
    private const int StartBytes = 64 << 10;

    private readonly HttpContext _context;
    private readonly IRowBlockReader _blocks;
    private readonly PipeWriter _output;
    private readonly HeldBlocks _held;
    private QueryStarted? _started;
    private CsvRowWriter? _firstTable;
    private long _firstTableBytes;
    private bool _sendTrailer;

    public CsvAnswerWriter(HttpContext context, IRowBlockReader blocks, long maxHeldBytes)
    {
        (_context, _blocks) = (context, blocks);
        _output = context.Response.BodyWriter;
        _held = new HeldBlocks(maxHeldBytes);
    }

    public Task StartAsync(QueryStarted started, CancellationToken cancellationToken)
    {
        _started = started;
        _context.Response.ContentType = AnswerFormats.Csv + "; charset=utf-8";
        if (!started.Warnings.IsDefaultOrEmpty)
        {
            _context.Response.Headers[WarningsHeader] = JsonSerializer.Serialize(
                [.. started.Warnings.Select(w => w.ToContract())], ApiJson.Default.ScriptErrorContractArray);
        }

        return Task.CompletedTask;
    }

    public async Task WriteAsync(QueryBlock block, CancellationToken cancellationToken)
    {
        _held.Add(block);
        if (block.Table != 0)
        {
            return;
        }

        _firstTableBytes += block.Block.Length;
        if (_firstTableBytes >= StartBytes)
        {
            StartFirstTable();
            await WriteHeldAsync(0, _firstTable!, cancellationToken);
        }
    }

    public Task WriteLossAsync(QueryLoss loss, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("This form takes no streams.");

    public void Explain(QueryExplanation explanation)
    {
        // comma-separated values have no place for it
    }

    public async Task EndAsync(QuerySummary summary, CancellationToken cancellationToken)
    {
        // Default escaping keeps the value ASCII, as header values must be.
        var json = JsonSerializer.Serialize(summary.ToCompleteness(), ApiJson.Default.CompletenessContract);
        if (_firstTable is null)
        {
            _context.Response.Headers[CompletenessHeader] = json;
        }

        for (var table = 0; table < _started!.Tables.Length; table++)
        {
            await WriteHeldAsync(table, StartTable(table), cancellationToken);
        }

        if (_sendTrailer)
        {
            _context.Response.AppendTrailer(CompletenessHeader, json);
        }

        await _output.FlushAsync(cancellationToken);
    }

    public void Dispose()
    {
        // holds memory only
    }

    public Task FailAsync(string code, string message, CancellationToken cancellationToken)
    {
        _context.Abort();
        return Task.CompletedTask;
    }

    private async Task WriteHeldAsync(int table, CsvRowWriter rows, CancellationToken cancellationToken)
    {
        foreach (var block in _held.Take(table))
        {
            _blocks.Read(block.Block, _started!.Tables[table].Columns, rows);
            await _output.FlushAsync(cancellationToken);
        }
    }

    private void StartFirstTable()
    {
        if (_firstTable is null && _context.Response.SupportsTrailers())
        {
            _context.Response.DeclareTrailer(CompletenessHeader);
            _sendTrailer = true;
        }

        _firstTable ??= StartTable(0);
    }

    private CsvRowWriter StartTable(int table)
    {
        if (table == 0 && _firstTable is not null)
        {
            return _firstTable; // its header line was sent
        }

        if (table > 0)
        {
            _output.Write("\r\n"u8);
        }

        var rows = new CsvRowWriter(_output, _started!.Tables[table].Columns);
        rows.WriteHeader();
        return rows;
    }
}
