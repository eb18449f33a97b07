using System.Runtime.CompilerServices;
using System.Text.Json;
using PixieOrleans.Model;

namespace PixieOrleans.Pxl.Tests.Conformance;

/// <summary>One script of the conformance collection, with the tables it sees and what must come out.</summary>
internal sealed record ConformanceCase(
    string Id, string Stage, string Script, bool Compiles, string[] Messages, TableSchema[] Schemas)
{
    private const string FileName = "shared/conformance/pxl-compile-cases.json";

    /// <summary>All cases; empty when the collection is not beside this repository.</summary>
    public static IReadOnlyList<ConformanceCase> Load()
    {
        if (FindFile(SourceDirectory()) is not { } path)
        {
            return [];
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = document.RootElement;
        var schemas = root.GetProperty("schemas");
        return [.. root.GetProperty("cases").EnumerateArray().Select(item => Read(item, schemas))];
    }

    private static ConformanceCase Read(JsonElement item, JsonElement schemas) => new(
        item.GetProperty("id").GetString()!,
        item.GetProperty("stage").GetString()!,
        item.GetProperty("script").GetString()!,
        item.GetProperty("expect").GetString() == "ok",
        item.TryGetProperty("errors", out var errors)
            ? [.. errors.EnumerateArray().Select(error => error.GetProperty("error_regex").GetString()!)]
            : [],
        [.. schemas.GetProperty(item.GetProperty("schema").GetString()!).EnumerateObject().Select(ReadTable)]);

    private static TableSchema ReadTable(JsonProperty table) => new(
        table.Name,
        "",
        [.. table.Value.EnumerateArray().Select(column => new ColumnSchema(
            column[0].GetString()!, ReadType(column[1].GetString()!)))]);

    private static DataType ReadType(string name) => name switch
    {
        "BOOLEAN" => DataType.Boolean,
        "INT64" => DataType.Int64,
        "UINT128" => DataType.UInt128,
        "FLOAT64" => DataType.Float64,
        "STRING" => DataType.String,
        "TIME64NS" => DataType.Time64Ns,
        _ => throw new FormatException($"Unknown type {name}."),
    };

    private static string? FindFile(string? directory)
    {
        for (; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            var path = Path.Combine(directory, FileName);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private static string? SourceDirectory([CallerFilePath] string path = "") => Path.GetDirectoryName(path);
}
