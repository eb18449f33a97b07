using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PixieOrleans.Api.Contracts;
using PixieOrleans.Api.Scripts;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Model.Scripts;

namespace PixieOrleans.Api.Queries;

/// <summary>A query as sent, or what is wrong with it.</summary>
internal readonly record struct ReadQuery(QueryRequest? Request, string? Error, int Status)
{
    /// <summary>Title of the problem; a client may tell wrong arguments of a script from other errors by it.</summary>
    public string Title { get; init; } = "Bad request";

    public static ReadQuery Of(QueryRequest request) => new(request, null, StatusCodes.Status200OK);

    public static ReadQuery Bad(string error, int status = StatusCodes.Status400BadRequest) => new(null, error, status);
}

/// <summary>
/// Reads a query: JSON (<see cref="QueryBody"/>) when the content type says so, else PxL text as UTF-8. The query
/// string may give timeoutMs and maxRows; a JSON body's own win.
/// </summary>
internal static class QueryReader
{
    private const string NotPositive = "timeoutMs, maxRows and maxMemoryBytes must be positive whole numbers.";

    public static async Task<ReadQuery> ReadAsync(
        HttpRequest request, ScriptLibrary library, CancellationToken cancellationToken)
    {
        if (!TryReadNumber(request, "timeoutMs", int.MaxValue, out var timeoutMs)
            || !TryReadNumber(request, "maxRows", long.MaxValue, out var maxRows))
        {
            return ReadQuery.Bad(NotPositive);
        }

        if (!request.HasJsonContentType())
        {
            using var reader = new StreamReader(request.Body);
            var text = await reader.ReadToEndAsync(cancellationToken);
            return ReadQuery.Of(new QueryRequest(text, (int?)timeoutMs, maxRows));
        }

        QueryBody? body;
        try
        {
            body = await request.ReadFromJsonAsync(ApiJson.Default.QueryBody, cancellationToken);
        }
        catch (JsonException e)
        {
            return ReadQuery.Bad("The body is not a query as JSON: " + e.Message);
        }

        return body is null
            ? ReadQuery.Bad("The body has neither \"query\" nor \"script\".")
            : Read(
                body with { TimeoutMs = body.TimeoutMs ?? (int?)timeoutMs, MaxRows = body.MaxRows ?? maxRows },
                library);
    }

    private static ReadQuery Read(QueryBody body, ScriptLibrary library) => body switch
    {
        { TimeoutMs: <= 0 } or { MaxRows: <= 0 } or { MaxMemoryBytes: <= 0 } => ReadQuery.Bad(NotPositive),
        { Query: null, Script: null } => ReadQuery.Bad("The body has neither \"query\" nor \"script\"."),
        { Query: not null, Script: not null } => ReadQuery.Bad("The body has both \"query\" and \"script\"."),
        { Query: not null, Variables.Count: > 0 } =>
            ReadQuery.Bad("\"variables\" belong to a \"script\"; a \"query\" has \"functions\"."),
        { Script: not null, Functions: not null } =>
            ReadQuery.Bad("\"functions\" belong to a \"query\"; a \"script\" has \"variables\"."),
        { Functions: { } functions } when functions.Any(f => f?.Name is null or "") =>
            ReadQuery.Bad("A function has no \"name\"."),
        _ when HasNull(body.Variables) || (body.Functions ?? []).Any(f => HasNull(f.Args)) =>
            ReadQuery.Bad("A variable or an argument is null; its value must be a text."),
        { Script: { } script } => ReadScript(body, script, library),
        _ => ReadQuery.Of(ToRequest(body, body.Query!, (body.Functions ?? []).Select(f => f.ToCall()))),
    };

    private static bool HasNull(Dictionary<string, string>? values) => values?.ContainsValue(null!) == true;

    private static ReadQuery ReadScript(QueryBody body, string name, ScriptLibrary library)
    {
        try
        {
            if (library.Find(name) is not { } script)
            {
                return ReadQuery.Bad(ScriptEndpoints.NotFoundText(name), StatusCodes.Status404NotFound);
            }

            var spec = script.Spec ?? new ScriptSpec([], [], []); // runs as it is
            return ReadQuery.Of(ToRequest(body, script.Text, spec.Bind(body.Variables ?? []).Select(c => c.ToCall())));
        }
        catch (ScriptArgumentException e)
        {
            return ReadQuery.Bad(e.Message) with { Title = "Bad arguments" };
        }
        catch (ScriptUnreadableException e)
        {
            return ReadQuery.Bad(e.Message, StatusCodes.Status422UnprocessableEntity);
        }
    }

    private static QueryRequest ToRequest(QueryBody body, string text, IEnumerable<FunctionCall> functions) =>
        new(text, body.TimeoutMs, body.MaxRows)
        {
            Functions = [.. functions],
            IsMutation = body.Mutation,
            Explain = body.Explain,
            Analyze = body.Analyze,
            MaxMemoryBytes = body.MaxMemoryBytes,
        };

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
