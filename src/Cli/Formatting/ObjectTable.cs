using System.Text.Json;
using PixieOrleans.Cli.Terminals;

namespace PixieOrleans.Cli.Formatting;

/// <summary>Prints a list of flat JSON objects as a table; the properties are the columns.</summary>
/// <remarks>Units come from the names: …Bytes and bytes, …Ns, …Ms.</remarks>
internal static class ObjectTable
{
    /// <summary>Prints the objects; properties that no object sets are left out.</summary>
    public static void Write(Terminal terminal, IReadOnlyList<JsonElement> objects)
    {
        var names = objects.SelectMany(item => item.EnumerateObject())
            .Where(property => !IsEmpty(property.Value))
            .Select(property => property.Name).Distinct(StringComparer.Ordinal).ToArray();
        if (names.Length == 0)
        {
            return;
        }

        var columns = names.Select(name => new TableColumn(name, objects.All(item => IsNumber(item, name)))).ToArray();
        var table = new TableWriter(terminal, columns);
        foreach (var item in objects)
        {
            table.Add([.. names.Select(name => Format(item, name))]);
        }

        table.Write();
    }

    /// <summary>One value of an object as text.</summary>
    public static Cell Format(JsonElement item, string name)
    {
        if (!item.TryGetProperty(name, out var value) || IsEmpty(value))
        {
            return new Cell("");
        }

        return value.ValueKind switch
        {
            JsonValueKind.Number => new Cell(NumberText(name, value)),
            JsonValueKind.String => new Cell(value.GetString()!, StateColor(value.GetString()!)),
            JsonValueKind.True => new Cell("true", CellColor.Green),
            JsonValueKind.False => new Cell("false", CellColor.Red),
            JsonValueKind.Array => new Cell(string.Join(' ', value.EnumerateArray().Select(part => part.ToString()))),
            _ => new Cell(value.GetRawText()),
        };
    }

    private static string NumberText(string name, JsonElement value)
    {
        var number = value.GetDouble();
        return name switch
        {
            _ when name.EndsWith("bytes", StringComparison.OrdinalIgnoreCase) => QuantityText.Bytes(number),
            _ when name.EndsWith("Ns", StringComparison.Ordinal) => QuantityText.DurationNs(number),
            _ when name.EndsWith("Ms", StringComparison.Ordinal) => QuantityText.DurationNs(number * 1e6),
            _ => value.GetRawText(),
        };
    }

    private static CellColor StateColor(string text) => text.ToLowerInvariant() switch
    {
        "running" or "supported" or "attached" or "active" => CellColor.Green,
        "failed" or "unsupported" or "dead" => CellColor.Red,
        "unknown" or "degraded" => CellColor.Yellow,
        _ => CellColor.Default,
    };

    private static bool IsEmpty(JsonElement value) => value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    private static bool IsNumber(JsonElement item, string name) =>
        !item.TryGetProperty(name, out var value) || IsEmpty(value) || value.ValueKind == JsonValueKind.Number;
}
