using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PixieOrleans.Api.Contracts;
using PixieOrleans.Api.Hosting;
using PixieOrleans.Api.Scripts;
using PixieOrleans.Grains.Interfaces.Queries;

namespace PixieOrleans.Api.Queries;

/// <summary>POST /api/v1/query.</summary>
internal sealed partial class QueryEndpoint(
    IGrainFactory grains,
    IRowBlockReader blocks,
    ScriptLibrary library,
    QuerySlots slots,
    IOptions<ApiOptions> options,
    ILogger<QueryEndpoint> logger)
{
    private const int PartsPerMessage = 4;

    public async Task RunAsync(HttpContext context)
    {
        var format = AnswerFormats.Choose(context.Request);
        if (format == AnswerFormat.None)
        {
            await Problems.WriteAsync(
                context,
                StatusCodes.Status406NotAcceptable,
                "Unknown format",
                $"Answers come as {AnswerFormats.Json}, {AnswerFormats.Ndjson} or {AnswerFormats.Csv}.");
            return;
        }

        var query = await QueryReader.ReadAsync(context.Request, library, context.RequestAborted);
        if (query.Request is null)
        {
            await Problems.WriteAsync(context, query.Status, query.Title, query.Error!);
            return;
        }

        await slots.RunAsync(context, () => AnswerAsync(context, format, query.Request));
    }

    private async Task AnswerAsync(HttpContext context, AnswerFormat format, QueryRequest request)
    {
        var queryId = Guid.NewGuid();
        var parts = grains.GetGrain<IQueryGrain>(queryId).RunAsync(request, context.RequestAborted);
        IAnswerWriter? writer = null;
        try
        {
            await foreach (var part in parts.WithBatchSize(PartsPerMessage).WithCancellation(context.RequestAborted))
            {
                if (part is QueryStarted started)
                {
                    format = started.IsStream ? AnswerFormats.ChooseForStream(context.Request) : format;
                    if (format == AnswerFormat.None)
                    {
                        await WriteNoStreamAsync(context);
                        return; // ends the query
                    }

                    writer = CreateWriter(context, format, queryId);
                    await writer.StartAsync(started, context.RequestAborted);
                }
                else
                {
                    await WritePartAsync(context, writer, part);
                }
            }
        }
        catch (AnswerTooLargeException e)
        {
            await FailAsync(context, writer, "size", e.Message);
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested)
        {
            LogQueryFailed(e, queryId);
            await FailAsync(context, writer, "internal", e.Message);
        }
        finally
        {
            writer?.Dispose();
        }
    }

    private IAnswerWriter CreateWriter(HttpContext context, AnswerFormat format, Guid queryId) => format switch
    {
        AnswerFormat.Ndjson => new NdjsonAnswerWriter(context, blocks),
        AnswerFormat.Csv => new CsvAnswerWriter(context, blocks, options.Value.MaxHeldBytes),
        _ => new JsonAnswerWriter(context, queryId, blocks, options.Value.MaxHeldBytes),
    };

    private static Task WritePartAsync(HttpContext context, IAnswerWriter? writer, QueryPart part) => part switch
    {
        QueryBlock block => writer!.WriteAsync(block, context.RequestAborted),
        QueryLoss loss => writer!.WriteLossAsync(loss, context.RequestAborted),
        QueryExplanation explanation => Explain(writer!, explanation),
        QuerySummary summary => writer!.EndAsync(summary, context.RequestAborted),
        QueryFailed failed => FailAsync(context, writer, failed.Code, failed.Message),
        QueryRejected rejected => Problems.WriteAsync(
            context,
            StatusCodes.Status400BadRequest,
            "Script compilation failed",
            $"The script has {rejected.Diagnostics.Length} error(s).",
            [.. rejected.Diagnostics.Select(d => d.ToContract())]),
        _ => throw new InvalidOperationException($"A query yielded the unknown part {part.GetType().Name}."),
    };

    private static Task WriteNoStreamAsync(HttpContext context) => Problems.WriteAsync(
        context,
        StatusCodes.Status406NotAcceptable,
        "A stream",
        $"The query is a stream, which has no end to wait for: it is answered as {AnswerFormats.Ndjson} only.");

    private static Task Explain(IAnswerWriter writer, QueryExplanation explanation)
    {
        writer.Explain(explanation);
        return Task.CompletedTask;
    }

    private static Task FailAsync(HttpContext context, IAnswerWriter? writer, string code, string message)
    {
        if (context.Response.HasStarted)
        {
            return writer!.FailAsync(code, message, context.RequestAborted);
        }

        var status = code == "internal"
            ? StatusCodes.Status500InternalServerError
            : StatusCodes.Status422UnprocessableEntity;
        return Problems.WriteAsync(context, status, "Query failed: " + code, message);
    }

    [LoggerMessage(LogLevel.Error, "Query {QueryId} failed")]
    private partial void LogQueryFailed(Exception exception, Guid queryId);
}
