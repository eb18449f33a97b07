using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PixieOrleans.Api.Contracts;
using PixieOrleans.Grains.Interfaces.Queries;

namespace PixieOrleans.Api.Queries;

/// <summary>A query as sent, or what is wrong with it.</summary>
internal readonly record struct ReadQuery(QueryRequest? Request, string? Error);

/// <summary>
/// Reads a query: JSON (<see cref="QueryBody"/>) when the content type says so, else PxL text as UTF-8. The query
/// string may give timeoutMs and maxRows; a JSON body's own win.
/// </summary>
internal static class QueryReader
{
    public static async Task<ReadQuery> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!TryReadNumber(request, "timeoutMs", int.MaxValue, out var timeoutMs)
            || !TryReadNumber(request, "maxRows", long.MaxValue, out var maxRows))
        {
            return new ReadQuery(null, "timeoutMs and maxRows must be positive whole numbers.");
        }

        if (!request.HasJsonContentType())
        {
            using var reader = new StreamReader(request.Body);
            var text = await reader.ReadToEndAsync(cancellationToken);
            return new ReadQuery(new QueryRequest(text, (int?)timeoutMs, maxRows), null);
        }

        QueryBody? body;
        try
        {
            body = await request.ReadFromJsonAsync(ApiJson.Default.QueryBody, cancellationToken);
        }
        catch (JsonException e)
        {
            return new ReadQuery(null, "The body is not a query as JSON: " + e.Message);
        }

        return body switch
        {
            { Query: null } or null => new ReadQuery(null, "The body has no \"query\"."),
            { TimeoutMs: <= 0 } or { MaxRows: <= 0 } =>
                new ReadQuery(null, "timeoutMs and maxRows must be positive whole numbers."),
            _ => new ReadQuery(
                new QueryRequest(body.Query, body.TimeoutMs ?? (int?)timeoutMs, body.MaxRows ?? maxRows), null),
        };
    }

    private static bool TryReadNumber(HttpRequest request, string name, long max, out long? number)
    {
        number = null;
        if (!request.Query.TryGetValue(name, out var text))
        {
            return true;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            || value < 1 || value > max)
        {
            return false;
        }

        number = value;
        return true;
    }
}
