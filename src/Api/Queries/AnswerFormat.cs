using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace PixieOrleans.Api.Queries;

/// <summary>Form of an answer.</summary>
internal enum AnswerFormat
{
    /// <summary>None of those that were asked for.</summary>
    None,

    /// <summary>One JSON object.</summary>
    Json,

    /// <summary>One JSON object per row and line, streamed.</summary>
    Ndjson,

    /// <summary>Comma-separated values, streamed.</summary>
    Csv,
}

/// <summary>Chooses the form: the query string's "format", else the header Accept, else JSON.</summary>
internal static class AnswerFormats
{
    public const string Json = "application/json";
    public const string Ndjson = "application/x-ndjson";
    public const string Csv = "text/csv";

    public static AnswerFormat Choose(HttpRequest request)
    {
        if (request.Query.TryGetValue("format", out var format))
        {
            return format.ToString() switch
            {
                "json" => AnswerFormat.Json,
                "ndjson" => AnswerFormat.Ndjson,
                "csv" => AnswerFormat.Csv,
                _ => AnswerFormat.None,
            };
        }

        var accepted = request.GetTypedHeaders().Accept;
        return accepted.Count == 0 ? AnswerFormat.Json : Choose(accepted);
    }

    /// <summary>
    /// The form of a stream, which cannot be held back until its end: NDJSON when that is acceptable, else none.
    /// </summary>
    public static AnswerFormat ChooseForStream(HttpRequest request)
    {
        if (request.Query.TryGetValue("format", out var format))
        {
            return format == "ndjson" ? AnswerFormat.Ndjson : AnswerFormat.None;
        }

        var accepted = request.GetTypedHeaders().Accept;
        var takesLines = accepted.Count == 0 || accepted.Any(type => type.MediaType.Value?.ToLowerInvariant()
            is Ndjson or "application/jsonl" or "application/*" or "*/*");
        return takesLines ? AnswerFormat.Ndjson : AnswerFormat.None;
    }

    private static AnswerFormat Choose(IList<MediaTypeHeaderValue> accepted)
    {
        foreach (var type in accepted.OrderByDescending(t => t.Quality ?? 1))
        {
            var format = type.MediaType.Value?.ToLowerInvariant() switch
            {
                Json or "application/*" or "*/*" => AnswerFormat.Json,
                Ndjson or "application/jsonl" => AnswerFormat.Ndjson,
                Csv or "text/*" => AnswerFormat.Csv,
                _ => AnswerFormat.None,
            };
            if (format != AnswerFormat.None)
            {
                return format;
            }
        }

        return AnswerFormat.None;
    }
}
