using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PixieOrleans.Api.Contracts;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Model.Rows;

namespace PixieOrleans.Api.Queries;

/// <summary>
/// An answer as one JSON object (<see cref="AnswerContract"/>). Rows are held back until the end, because the rows
/// of several tables arrive mixed; so an error always has its own status code.
/// </summary>
internal sealed class JsonAnswerWriter(HttpContext context, Guid queryId, IRowBlockReader blocks, long maxHeldBytes)
    : IAnswerWriter
{
    private const int FlushBytes = 64 << 10;
    private readonly HeldBlocks _held = new(maxHeldBytes);
    private QueryStarted? _started;
    private QueryExplanation? _explanation;

    public Task StartAsync(QueryStarted started, CancellationToken cancellationToken)
    {
        _started = started;
        return Task.CompletedTask;
    }

    public Task WriteAsync(QueryBlock block, CancellationToken cancellationToken)
    {
        _held.Add(block);
        return Task.CompletedTask;
    }

    public Task WriteLossAsync(QueryLoss loss, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("This form takes no streams.");

    public void Explain(QueryExplanation explanation) => _explanation = explanation;

    public async Task EndAsync(QuerySummary summary, CancellationToken cancellationToken)
    {
        context.Response.ContentType = AnswerFormats.Json;
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, options);
        json.WriteStartObject();
        json.WriteString("queryId", queryId.ToString());
        json.WriteStartArray("tables");
        for (var i = 0; i < _started!.Tables.Length; i++)
        {
            await WriteTableAsync(json, i, cancellationToken);
        }

        json.WriteEndArray();
        json.WritePropertyName("completeness");
        JsonSerializer.Serialize(json, summary.ToCompleteness(), ApiJson.Default.CompletenessContract);
        json.WritePropertyName("statistics");
        JsonSerializer.Serialize(json, summary.ToStatistics(), ApiJson.Default.StatisticsContract);
        AnswerJson.WriteExtras(json, _started, _explanation, "");
        json.WriteEndObject();
        json.Flush();
        await context.Response.BodyWriter.FlushAsync(cancellationToken);
    }

    public void Dispose()
    {
        // holds memory only
    }

    public Task FailAsync(string code, string message, CancellationToken cancellationToken)
    {
        context.Abort(); // only reached while the end is being sent
        return Task.CompletedTask;
    }

    private async Task WriteTableAsync(Utf8JsonWriter json, int index, CancellationToken cancellationToken)
    {
        var table = _started!.Tables[index];
        json.WriteStartObject();
        json.WriteString("name", table.Name);
        json.WriteStartArray("columns");
        foreach (var column in table.Columns)
        {
            JsonSerializer.Serialize(json, column.ToContract(), ApiJson.Default.ColumnContract);
        }

        json.WriteEndArray();
        json.WriteStartArray("rows");
        var rows = new JsonRowWriter(json, table.Columns, null, null);
        foreach (var block in _held.Take(index))
        {
            blocks.Read(block.Block, table.Columns, rows);
            if (json.BytesPending > FlushBytes || context.Response.BodyWriter.UnflushedBytes > FlushBytes)
            {
                json.Flush();
                await context.Response.BodyWriter.FlushAsync(cancellationToken);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
