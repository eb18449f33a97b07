using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using PixieOrleans.Api.Hosting;

namespace PixieOrleans.Api.Queries;

/// <summary>Bounds how many queries run at the same time, whatever they are asked by.</summary>
internal sealed class QuerySlots(IOptions<ApiOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(options.Value.MaxQueries);

    /// <summary>Runs a query, or answers that too many run.</summary>
    public async Task RunAsync(HttpContext context, Func<Task> run)
    {
        if (!_slots.Wait(0))
        {
            await Problems.WriteAsync(
                context,
                StatusCodes.Status429TooManyRequests,
                "Too many queries",
                $"{options.Value.MaxQueries} queries run already (Api:MaxQueries).");
            return;
        }

        try
        {
            await run();
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();
}
