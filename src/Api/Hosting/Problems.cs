using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using PixieOrleans.Api.Contracts;

namespace PixieOrleans.Api.Hosting;

/// <summary>Errors as problem details (RFC 9457).</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    public static Task WriteAsync(
        HttpContext context, int status, string title, string detail, ScriptErrorContract[]? errors = null)
    {
        var problem = new ProblemDetails
        {
            Status = status,
            Title = title,
            Detail = detail,
            Type = "about:blank",
        };
        if (errors is not null)
        {
            problem.Extensions["errors"] = errors;
        }

        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            problem, ApiJson.Default.ProblemDetails, ContentType, context.RequestAborted);
    }
}
