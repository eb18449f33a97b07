using System.Net;
using Microsoft.AspNetCore.Http;

namespace PixieOrleans.Api.Hosting;

/// <summary>
/// Keeps web pages of other sites out: an API without login trusts whoever can reach it, and a browser on this
/// machine can. A page that reaches it by its own host name (DNS rebinding) shows in Host, any other in Origin.
/// </summary>
internal sealed class LoopbackGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!IsLoopback(request.Host.Host))
        {
            return Problems.WriteAsync(
                context, StatusCodes.Status403Forbidden, "Foreign host", $"The host '{request.Host}' is not this one.");
        }

        string? origin = request.Headers.Origin;
        if (origin is not null && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsLoopback(uri.IdnHost)))
        {
            return Problems.WriteAsync(
                context, StatusCodes.Status403Forbidden, "Foreign origin", $"Pages of '{origin}' may not call it.");
        }

        return next(context);
    }

    private static bool IsLoopback(string host) =>
        host is "localhost"
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
