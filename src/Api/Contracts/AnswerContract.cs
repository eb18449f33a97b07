using System.Text.Json;

namespace PixieOrleans.Api.Contracts;

/// <summary>
/// A whole answer as JSON. Written row by row by JsonAnswerWriter; this type describes the shape.
/// </summary>
/// <param name="QueryId">Id of the query, a UUID.</param>
/// <param name="Tables">The tables.</param>
/// <param name="Completeness">What is missing.</param>
/// <param name="Statistics">Cost of the query.</param>
/// <param name="Warnings">What in the script is probably not meant; absent without.</param>
/// <param name="Explanation">How the query was run; absent unless asked for.</param>
public sealed record AnswerContract(
    string QueryId,
    AnswerTableContract[] Tables,
    CompletenessContract Completeness,
    StatisticsContract Statistics,
    ScriptErrorContract[]? Warnings,
    ExplanationContract? Explanation);

/// <summary>A table of an answer.</summary>
/// <param name="Name">Name given by the query.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">
/// One array per row, one value per column: BOOLEAN true or false; INT64 a number; FLOAT64 a number, or "NaN",
/// "Infinity", "-Infinity"; TIME64NS an RFC 3339 text with nine digits of a second; UINT128 a UUID; STRING a text
/// in which bytes that are not UTF-8 are replaced by U+FFFD.
/// </param>
public sealed record AnswerTableContract(string Name, ColumnContract[] Columns, JsonElement[][] Rows);
