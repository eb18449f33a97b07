using System.Text.Json;

namespace PixieOrleans.Scripts.Tests.Library;

/// <summary>Columns that the widgets of a vis.json name.</summary>
internal static class WidgetColumns
{
    private static readonly HashSet<string> ColumnKeys = new(
        ["value", "series", "label", "prebinCount", "stackBy", "groupBy"], StringComparer.Ordinal);

    /// <summary>Pairs of table and column.</summary>
    public static IEnumerable<(string Table, string Column)> Of(string visJson)
    {
        using var document = JsonDocument.Parse(visJson);
        foreach (var widget in document.RootElement.GetProperty("widgets").EnumerateArray())
        {
            var table = (widget.TryGetProperty("globalFuncOutputName", out var output)
                ? output : widget.GetProperty("name")).GetString()!;
            var display = widget.GetProperty("displaySpec");
            var columns = new List<string>();
            Collect(display, columns);
            if (display.GetProperty("@type").GetString()!.EndsWith(".TimeseriesChart", StringComparison.Ordinal))
            {
                columns.Add("time_");
            }

            foreach (var column in columns)
            {
                yield return (table, column);
            }
        }
    }

    private static void Collect(JsonElement element, List<string> columns)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (property.Name is "xAxis" or "yAxis")
            {
                continue; // their labels are for people
            }

            if (property.Name == "edgeHoverInfo")
            {
                columns.AddRange(property.Value.EnumerateArray().Select(column => column.GetString()!));
            }
            else if (property.Value.ValueKind == JsonValueKind.String && IsColumn(property.Name))
            {
                columns.Add(property.Value.GetString()!);
            }
            else if (property.Value.ValueKind == JsonValueKind.Object)
            {
                Collect(property.Value, columns);
            }
            else if (property.Value.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in property.Value.EnumerateArray())
                {
                    Collect(item, columns);
                }
            }
        }
    }

    private static bool IsColumn(string key) =>
        key.EndsWith("Column", StringComparison.Ordinal) || ColumnKeys.Contains(key);
}
