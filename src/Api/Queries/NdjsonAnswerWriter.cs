using System.Buffers;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using PixieOrleans.Api.Contracts;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Model.Rows;

namespace PixieOrleans.Api.Queries;

/// <summary>
/// An answer as lines, sent while rows arrive. A row: {"_tableName_":"t","column":value,…}. The last line:
/// {"_completeness_":{…},"_statistics_":{…}}, with "_warnings_" and "_explanation_" when there are any, or
/// {"_error_":{"code":…,"message":…}}. An answer without it broke off. A stream begins with
/// {"_started_":{"tables":[…],"warnings":[…]}} and says with {"_lost_":{"node":…,"rowsExpired":…}} when rows
/// expired before they could be sent.
/// </summary>
internal sealed class NdjsonAnswerWriter : IAnswerWriter
{
    private readonly IRowBlockReader _blocks;
    private readonly PipeWriter _output;
    private readonly Utf8JsonWriter _json;
    private JsonRowWriter[] _rows = [];
    private QueryStarted? _started;
    private QueryExplanation? _explanation;

    public NdjsonAnswerWriter(HttpContext context, IRowBlockReader blocks)
    {
        context.Response.ContentType = AnswerFormats.Ndjson;
        _blocks = blocks;
        _output = context.Response.BodyWriter;
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        _json = new Utf8JsonWriter(_output, options);
    }

    public async Task StartAsync(QueryStarted started, CancellationToken cancellationToken)
    {
        _started = started;
        _rows = [.. started.Tables.Select(t => new JsonRowWriter(_json, t.Columns, t.Name, EndLine))];
        if (started.IsStream)
        {
            WriteLine("_started_", started.ToStreamStart(), ApiJson.Default.StreamStartContract);
        }

        await _output.FlushAsync(cancellationToken); // the headers: the query runs
    }

    public async Task WriteAsync(QueryBlock block, CancellationToken cancellationToken)
    {
        _blocks.Read(block.Block, _started!.Tables[block.Table].Columns, _rows[block.Table]);
        await _output.FlushAsync(cancellationToken);
    }

    public async Task WriteLossAsync(QueryLoss loss, CancellationToken cancellationToken)
    {
        WriteLine("_lost_", new StreamLossContract(loss.Node, loss.RowsExpired), ApiJson.Default.StreamLossContract);
        await _output.FlushAsync(cancellationToken);
    }

    public void Explain(QueryExplanation explanation) => _explanation = explanation;

    public async Task EndAsync(QuerySummary summary, CancellationToken cancellationToken)
    {
        _json.WriteStartObject();
        _json.WritePropertyName("_completeness_");
        JsonSerializer.Serialize(_json, summary.ToCompleteness(), ApiJson.Default.CompletenessContract);
        _json.WritePropertyName("_statistics_");
        JsonSerializer.Serialize(_json, summary.ToStatistics(), ApiJson.Default.StatisticsContract);
        AnswerJson.WriteExtras(_json, _started!, _explanation, "_");
        _json.WriteEndObject();
        EndLine();
        await _output.FlushAsync(cancellationToken);
    }

    public async Task FailAsync(string code, string message, CancellationToken cancellationToken)
    {
        WriteLine("_error_", new AnswerErrorContract(code, message), ApiJson.Default.AnswerErrorContract);
        await _output.FlushAsync(cancellationToken);
    }

    public void Dispose() => _json.Dispose();

    private void WriteLine<T>(string name, T value, JsonTypeInfo<T> type)
    {
        _json.WriteStartObject();
        _json.WritePropertyName(name);
        JsonSerializer.Serialize(_json, value, type);
        _json.WriteEndObject();
        EndLine();
    }

    private void EndLine()
    {
        _json.Flush();
        _output.Write("\n"u8);
        _json.Reset();
    }
}
