using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using PixieOrleans.Api.Cluster;
using PixieOrleans.Api.Contracts;
using PixieOrleans.Api.Health;
using PixieOrleans.Api.Profiles;
using PixieOrleans.Api.Queries;
using PixieOrleans.Api.Scripts;

namespace PixieOrleans.Api.Hosting;

/// <summary>Adds the API to a web host. The host adds grains and an IRowBlockReader.</summary>
public static class ApiHosting
{
    /// <summary>Services and the address to listen on.</summary>
    public static IServiceCollection AddPixieApi(this IServiceCollection services)
    {
        services.AddOptions<ApiOptions>().BindConfiguration("Api").ValidateOnStart();
        services.AddSingleton<IValidateOptions<ApiOptions>, ApiOptionsValidator>();
        services.AddSingleton<IValidateOptions<ApiOptions>, LoopbackValidator>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ConfigureServer>();
        services.AddOptions<ScriptOptions>().BindConfiguration("Scripts").ValidateOnStart();
        services.AddSingleton<IValidateOptions<ScriptOptions>, ScriptOptionsValidator>();
        services.AddSingleton<IValidateOptions<ScriptOptions>, ScriptFolderValidator>();
        services.AddSingleton<ScriptLibrary>();
        services.AddSingleton<QuerySlots>();
        services.AddSingleton<QueryEndpoint>();
        services.AddSingleton<ProfileEndpoint>();
        services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
        services.AddOpenApi("v1");
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("Microsoft.Orleans", "System.Runtime", "PixieOrleans.*")
            .AddPrometheusExporter());
        return services;
    }

    /// <summary>Endpoints.</summary>
    public static WebApplication MapPixieApi(this WebApplication app)
    {
        app.UseExceptionHandler(errors => errors.Run(WriteErrorAsync));
        app.UseStatusCodePages(WriteStatusAsync);
        app.UseMiddleware<LoopbackGuard>();
        var api = app.MapGroup("/api/v1");
        MapQuery(api);
        MapScripts(api);
        MapProfile(api);
        api.MapGet("/tables", ClusterEndpoints.GetTablesAsync).WithSummary("Tables of all nodes.");
        api.MapGet("/nodes", ClusterEndpoints.GetNodesAsync).WithSummary("Nodes of the cluster.");
        api.MapGet("/status", ClusterEndpoints.GetStatusAsync)
            .WithSummary("Sources, hooks, losses and tables of every node.");
        app.MapGet("/healthz", HealthEndpoints.GetHealth).WithSummary("The process serves.");
        app.MapGet("/readyz", HealthEndpoints.GetReadiness)
            .Produces<HealthContract>(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("The node's probes run, or are known not to be able to.");
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapOpenApi();
        return app;
    }

    private static void MapQuery(IEndpointRouteBuilder api) => api
        .MapPost("/query", (HttpContext context, QueryEndpoint endpoint) => endpoint.RunAsync(context))
        .WithSummary("Runs a PxL query on all nodes.")
        .WithDescription(
            "The body is PxL text, or JSON, which may name a script of the library instead. The header "
            + "Accept or ?format=json|ndjson|csv chooses the form of the "
            + "answer; NDJSON and CSV are sent while rows arrive. ?timeoutMs= and ?maxRows= bound the query.")
        .Accepts<QueryBody>("application/json", "text/plain", "*/*") // what is not JSON is read as text
        .Produces<AnswerContract>(StatusCodes.Status200OK, "application/json", "application/x-ndjson", "text/csv")
        .Produces<ProblemDetails>(StatusCodes.Status400BadRequest, Problems.ContentType)
        .Produces<ProblemDetails>(StatusCodes.Status404NotFound, Problems.ContentType)
        .Produces<ProblemDetails>(StatusCodes.Status406NotAcceptable, Problems.ContentType)
        .Produces<ProblemDetails>(StatusCodes.Status413PayloadTooLarge, Problems.ContentType)
        .Produces<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, Problems.ContentType)
        .Produces<ProblemDetails>(StatusCodes.Status429TooManyRequests, Problems.ContentType);

    private static void MapScripts(IEndpointRouteBuilder api)
    {
        api.MapGet("/scripts", ScriptEndpoints.GetScripts).WithSummary("Scripts that can be run by name.");
        api.MapGet("/scripts/{group}/{name}", ScriptEndpoints.GetScriptAsync)
            .Produces<ScriptContract>()
            .Produces<ProblemDetails>(StatusCodes.Status404NotFound, Problems.ContentType)
            .Produces<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, Problems.ContentType)
            .WithSummary("A script: its text, arguments and widgets.");
    }

    private static void MapProfile(IEndpointRouteBuilder api) => api
        .MapGet("/profile", (HttpContext context, ProfileEndpoint endpoint,
            string? start, string? end, string? node, string? pod, string? service, string? format,
            string? hz, string? timeoutMs, string? offCpu) =>
            endpoint.RunAsync(context, new ProfileParameters(
                start, end, node, pod, service, format, hz, timeoutMs, offCpu)))
        .WithSummary("What the CPUs of all nodes ran, from stack_traces.beta; or where threads waited.")
        .WithDescription(
            "start and end: -5m (the default of start), or a time as in RFC 3339. node: its name. pod, service: a part "
            + "of the name. format: folded (default), pprof (gzip), svg or speedscope. hz: NodeProbe:ProfilerHz of the "
            + "nodes; with it pprof has CPU time beside samples. offCpu=true: off_cpu_stacks instead, in "
            + "microseconds. Pxo-Samples (their sum) and Pxo-Completeness tell what there is.")
        .Produces<string>(
            StatusCodes.Status200OK, "text/plain", "application/octet-stream", "image/svg+xml", "application/json")
        .Produces<ProblemDetails>(StatusCodes.Status400BadRequest, Problems.ContentType)
        .Produces<ProblemDetails>(StatusCodes.Status422UnprocessableEntity, Problems.ContentType)
        .Produces<ProblemDetails>(StatusCodes.Status429TooManyRequests, Problems.ContentType);

    private static Task WriteStatusAsync(StatusCodeContext context)
    {
        var status = context.HttpContext.Response.StatusCode;
        return Problems.WriteAsync(
            context.HttpContext,
            status,
            ReasonPhrases.GetReasonPhrase(status),
            $"{context.HttpContext.Request.Method} {context.HttpContext.Request.Path} is not served.");
    }

    private static Task WriteErrorAsync(HttpContext context)
    {
        var error = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        return error is Microsoft.AspNetCore.Http.BadHttpRequestException bad
            ? Problems.WriteAsync(context, bad.StatusCode, "Bad request", bad.Message)
            : Problems.WriteAsync(
                context,
                StatusCodes.Status500InternalServerError,
                "Internal error",
                error?.Message ?? "The request failed.");
    }

    private sealed class ConfigureServer(IOptions<ApiOptions> options) : IConfigureOptions<KestrelServerOptions>
    {
        public void Configure(KestrelServerOptions server)
        {
            var api = options.Value;
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = api.MaxBodyBytes;
            server.Limits.MaxConcurrentConnections = api.MaxConnections;
            server.Listen(IPAddress.Parse(api.Address), api.Port);
        }
    }
}
