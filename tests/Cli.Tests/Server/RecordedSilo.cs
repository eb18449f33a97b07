using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.AspNetCore.Hosting.Server;

namespace PixieOrleans.Cli.Tests.Server;

/// <summary>A web server on loopback that gives one answer, in the shapes of the silo's API.</summary>
internal sealed class RecordedSilo : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RecordedSilo(WebApplication app) => _app = app;

    /// <summary>Requests as "METHOD path accept body".</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Their query strings, those that have one.</summary>
    public List<string> Queries { get; } = [];

    /// <summary>Address with scheme and port.</summary>
    public string Address =>
        _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>Starts a server that answers every request alike.</summary>
    public static async Task<RecordedSilo> StartAsync(
        string body,
        int status = 200,
        string contentType = "application/json",
        (string Name, string Value)? header = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var silo = new RecordedSilo(builder.Build());
        silo._app.Run(async context =>
        {
            var request = await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);
            var (method, path) = (context.Request.Method, context.Request.Path);
            silo.Requests.Add($"{method} {path} {context.Request.Headers.Accept} {request}".TrimEnd());
            if (context.Request.QueryString.HasValue)
            {
                silo.Queries.Add(context.Request.QueryString.Value);
            }

            context.Response.StatusCode = status;
            context.Response.ContentType = contentType;
            if (header is { } added)
            {
                context.Response.Headers[added.Name] = added.Value;
            }

            await context.Response.WriteAsync(body, context.RequestAborted);
        });
        await silo._app.StartAsync();
        return silo;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
