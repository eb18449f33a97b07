using Microsoft.AspNetCore.Http;
using PixieOrleans.Api.Contracts;
using PixieOrleans.Api.Hosting;

namespace PixieOrleans.Api.Scripts;

/// <summary>GET /api/v1/scripts and /api/v1/scripts/{group}/{name}.</summary>
internal static class ScriptEndpoints
{
    public static ScriptsContract GetScripts(ScriptLibrary library) =>
        new([.. library.List().Select(m => new ScriptSummaryContract(m.Name, m.Short, m.Long, m.IsHidden))]);

    public static async Task GetScriptAsync(HttpContext context, ScriptLibrary library, string group, string name)
    {
        try
        {
            var script = library.Find($"{group}/{name}");
            await (script is null
                ? Problems.WriteAsync(
                    context, StatusCodes.Status404NotFound, "No such script", NotFoundText($"{group}/{name}"))
                : context.Response.WriteAsJsonAsync(
                    script.ToContract(), ApiJson.Default.ScriptContract, cancellationToken: context.RequestAborted));
        }
        catch (ScriptUnreadableException e)
        {
            await Problems.WriteAsync(
                context, StatusCodes.Status422UnprocessableEntity, "Script cannot be used", e.Message);
        }
    }

    public static string NotFoundText(string name) => $"There is no script '{name}'; GET /api/v1/scripts lists them.";
}
