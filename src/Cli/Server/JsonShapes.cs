using System.Text.Json;

namespace PixieOrleans.Cli.Server;

/// <summary>Reading of answers that are lists.</summary>
internal static class JsonShapes
{
    /// <summary>The elements of a list, which is the answer itself or its property of this name.</summary>
    public static IEnumerable<JsonElement> List(JsonElement answer, string property) => answer switch
    {
        { ValueKind: JsonValueKind.Array } => answer.EnumerateArray(),
        { ValueKind: JsonValueKind.Object } when answer.TryGetProperty(property, out var list)
            && list.ValueKind == JsonValueKind.Array => list.EnumerateArray(),
        _ => throw new ServerException($"the silo's answer has no list '{property}': is this another version?"),
    };

    /// <summary>A text property, empty when absent.</summary>
    public static string Text(JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) ? value.ToString() : "";
}
