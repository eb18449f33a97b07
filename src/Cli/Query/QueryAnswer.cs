using System.Text.Json;
using System.Text.Json.Serialization;
using PixieOrleans.Cli.Server;

namespace PixieOrleans.Cli.Query;

/// <summary>A whole answer as JSON.</summary>
internal sealed record QueryAnswer(
    QueryTable[] Tables,
    Completeness Completeness,
    Statistics? Statistics,
    ScriptError[]? Warnings,
    Explanation? Explanation);

/// <summary>One result table; a row has one value per column.</summary>
internal sealed record QueryTable(string Name, QueryColumn[] Columns, JsonElement[][] Rows);

/// <summary>One column: type such as "INT64", meaning such as "ST_BYTES".</summary>
internal sealed record QueryColumn(string Name, string Type, string SemanticType);

/// <summary>Cost of a query, as far as a user must know it.</summary>
/// <param name="RowLimitReached">True when a table was cut at the row limit.</param>
internal sealed record Statistics(bool RowLimitReached);

/// <summary>An error that ended an answer after its first rows.</summary>
internal sealed record AnswerError(string? Code, string? Message);

/// <summary>Last line of an NDJSON answer: what is missing, or the error that ended it.</summary>
internal sealed record NdjsonEnd(
    [property: JsonPropertyName("_completeness_")] Completeness? Completeness,
    [property: JsonPropertyName("_statistics_")] Statistics? Statistics,
    [property: JsonPropertyName("_warnings_")] ScriptError[]? Warnings,
    [property: JsonPropertyName("_error_")] AnswerError? Error);
