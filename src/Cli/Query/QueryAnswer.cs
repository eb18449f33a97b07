using System.Text.Json;
using System.Text.Json.Serialization;

namespace PixieOrleans.Cli.Query;

/// <summary>Body of POST /api/v1/query.</summary>
/// <param name="Query">Text of the script.</param>
/// <param name="TimeoutMs">Deadline of the query in milliseconds.</param>
internal sealed record QueryRequest(string Query, long TimeoutMs);

/// <summary>A whole answer as JSON.</summary>
internal sealed record QueryAnswer(QueryTable[] Tables, Completeness Completeness);

/// <summary>One result table; a row has one value per column.</summary>
internal sealed record QueryTable(string Name, QueryColumn[] Columns, JsonElement[][] Rows);

/// <summary>One column: type such as "INT64", meaning such as "ST_BYTES".</summary>
internal sealed record QueryColumn(string Name, string Type, string SemanticType);

/// <summary>Last line of an NDJSON answer: what is missing, or the error that ended it.</summary>
internal sealed record NdjsonEnd(
    [property: JsonPropertyName("_completeness_")] Completeness? Completeness,
    [property: JsonPropertyName("_error_")] JsonElement? Error);
