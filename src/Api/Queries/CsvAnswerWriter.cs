using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PixieOrleans.Api.Contracts;
using PixieOrleans.Grains.Interfaces.Queries;

namespace PixieOrleans.Api.Queries;

/// <summary>
/// An answer as comma-separated values: per table a header line and its rows, an empty line between tables. The
/// first table is sent while rows arrive; rows of the others are held back. What is missing follows as the trailer
/// Pxo-Completeness (JSON). A failed answer breaks off: its chunked body has no end.
/// </summary>
internal sealed class CsvAnswerWriter : IAnswerWriter
{
    /// <summary>Name of the trailer.</summary>
    public const string CompletenessTrailer = "Pxo-Completeness";

    private readonly HttpContext _context;
    private readonly IRowBlockReader _blocks;
    private readonly PipeWriter _output;
    private readonly HeldBlocks _held;
    private QueryStarted? _started;
    private CsvRowWriter? _firstTable;

    public CsvAnswerWriter(HttpContext context, IRowBlockReader blocks, long maxHeldBytes)
    {
        (_context, _blocks) = (context, blocks);
        _output = context.Response.BodyWriter;
        _held = new HeldBlocks(maxHeldBytes);
    }

    public async Task StartAsync(QueryStarted started, CancellationToken cancellationToken)
    {
        _started = started;
        _context.Response.ContentType = AnswerFormats.Csv + "; charset=utf-8";
        if (_context.Response.SupportsTrailers())
        {
            _context.Response.DeclareTrailer(CompletenessTrailer);
        }

        if (started.Tables.Length > 0)
        {
            _firstTable = StartTable(0);
        }

        await _output.FlushAsync(cancellationToken);
    }

    public async Task WriteAsync(QueryBlock block, CancellationToken cancellationToken)
    {
        if (block.Table != 0)
        {
            _held.Add(block);
            return;
        }

        _blocks.Read(block.Block, _started!.Tables[0].Columns, _firstTable!);
        await _output.FlushAsync(cancellationToken);
    }

    public async Task EndAsync(QuerySummary summary, CancellationToken cancellationToken)
    {
        for (var table = 1; table < _started!.Tables.Length; table++)
        {
            _output.Write("\r\n"u8);
            var rows = StartTable(table);
            foreach (var block in _held.Of(table))
            {
                _blocks.Read(block.Block, _started.Tables[table].Columns, rows);
                await _output.FlushAsync(cancellationToken);
            }
        }

        if (_context.Response.SupportsTrailers())
        {
            // Default escaping keeps the value ASCII, as header values must be.
            var json = JsonSerializer.Serialize(summary.ToCompleteness(), ApiJson.Default.CompletenessContract);
            _context.Response.AppendTrailer(CompletenessTrailer, json);
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

    private CsvRowWriter StartTable(int table)
    {
        var rows = new CsvRowWriter(_output, _started!.Tables[table].Columns);
        rows.WriteHeader();
        return rows;
    }
}
