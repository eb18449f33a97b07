using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PixieOrleans.Api.Contracts;
using PixieOrleans.Api.Hosting;
using PixieOrleans.Api.Queries;
using PixieOrleans.Grains.Interfaces.Cluster;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Model.Profiles;

namespace PixieOrleans.Api.Profiles;

/// <summary>GET /api/v1/profile: a query over the stacks of all nodes, answered as profilers do.</summary>
internal sealed partial class ProfileEndpoint(
    IGrainFactory grains,
    IRowBlockReader blocks,
    QuerySlots slots,
    IOptions<ApiOptions> options,
    ILogger<ProfileEndpoint> logger)
{
    private const string SamplesHeader = "Pxo-Samples";
    private const int PartsPerMessage = 4;

    public async Task RunAsync(HttpContext context, ProfileParameters parameters)
    {
        ProfileRequest request;
        try
        {
            request = parameters.Read(await FindNodeAsync(parameters.Node, context.RequestAborted));
        }
        catch (FormatException e)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "Bad arguments", e.Message);
            return;
        }

        await slots.RunAsync(context, () => AnswerAsync(context, request));
    }

    private async Task<uint?> FindNodeAsync(string? name, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }

        var nodes = (await grains.GetGrain<IClusterGrain>(0).GetNodesAsync(cancellationToken)).Nodes;
        return nodes.FirstOrDefault(node => node.Name == name)?.Asid
            ?? throw new FormatException(
                $"no node '{name}'; there are: {string.Join(", ", nodes.Select(node => node.Name))}");
    }

    private async Task AnswerAsync(HttpContext context, ProfileRequest request)
    {
        try
        {
            var stacks = new SampledStacks(options.Value.MaxHeldBytes);
            if (await TakeAsync(context, request, stacks) is { } summary)
            {
                context.Response.Headers[SamplesHeader] = $"{stacks.Total}";
                context.Response.Headers[CsvAnswerWriter.CompletenessHeader] = JsonSerializer.Serialize(
                    summary.ToCompleteness(), ApiJson.Default.CompletenessContract);
                await WriteAsync(context, request, stacks);
            }
        }
        catch (AnswerTooLargeException e)
        {
            await FailAsync(context, "size", e.Message);
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            LogProfileFailed(e);
            await FailAsync(context, "internal", e.Message);
        }
    }

    /// <summary>Takes all rows; null when there is no profile, which was answered then.</summary>
    private async Task<QuerySummary?> TakeAsync(HttpContext context, ProfileRequest request, SampledStacks stacks)
    {
        var parts = grains.GetGrain<IQueryGrain>(Guid.NewGuid()).RunAsync(request.Query, context.RequestAborted);
        QueryStarted? started = null;
        await foreach (var part in parts.WithBatchSize(PartsPerMessage).WithCancellation(context.RequestAborted))
        {
            switch (part)
            {
                case QueryStarted first:
                    started = first;
                    break;
                case QueryBlock block:
                    blocks.Read(block.Block, started!.Tables[block.Table].Columns, stacks);
                    break;
                case QuerySummary { Statistics.RowLimitReached: true }:
                    await FailAsync(
                        context,
                        QueryFailed.LimitCode,
                        "There are more stacks than Query:MaxRows. Ask for a shorter time, or for one pod or service.");
                    return null;
                case QuerySummary summary:
                    return summary;
                case QueryFailed failed:
                    await FailAsync(context, failed.Code, failed.Message);
                    return null;
                case QueryRejected rejected:
                    await Problems.WriteAsync(
                        context,
                        StatusCodes.Status400BadRequest,
                        "No profile",
                        string.Join(' ', rejected.Diagnostics.Select(d => d.Message)));
                    return null;
                default:
                    break; // of no use here
            }
        }

        throw new InvalidOperationException("The query ended without a summary.");
    }

    private static async Task WriteAsync(HttpContext context, ProfileRequest request, SampledStacks stacks)
    {
        var counts = stacks.InOrder();
        var (type, body) = request.Format switch
        {
            ProfileFormat.Pprof => ("application/octet-stream", Compress(counts, request)),
            ProfileFormat.Svg => ("image/svg+xml", Encoding.UTF8.GetBytes(FlameGraph.Draw(counts, request.Kind))),
            ProfileFormat.Speedscope => ("application/json", Speedscope.Write(counts, request.Kind)),
            _ => ("text/plain; charset=utf-8", Encoding.UTF8.GetBytes(Fold(counts))),
        };
        context.Response.ContentType = type;
        if (request.Format == ProfileFormat.Svg)
        {
            context.Response.Headers.ContentSecurityPolicy = FlameGraph.Policy;
        }

        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static byte[] Compress(IReadOnlyList<KeyValuePair<string, long>> counts, ProfileRequest request)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(
                new PprofWriter(request.Kind.PprofType, request.Kind.Unit).Write(counts, request.PeriodNs));
        }

        return output.ToArray();
    }

    private static string Fold(IReadOnlyList<KeyValuePair<string, long>> counts)
    {
        var text = new StringBuilder();
        foreach (var (stack, count) in counts)
        {
            text.Append(stack).Append(' ').Append(count).Append('\n');
        }

        return text.ToString();
    }

    private static Task FailAsync(HttpContext context, string code, string message) => Problems.WriteAsync(
        context,
        code == "internal" ? StatusCodes.Status500InternalServerError : StatusCodes.Status422UnprocessableEntity,
        "Query failed: " + code,
        message);

    [LoggerMessage(LogLevel.Error, "A query for a profile failed")]
    private partial void LogProfileFailed(Exception exception);
}
