using System.Text.Json;
using PixieOrleans.Cli.Query;

namespace PixieOrleans.Cli.Formatting;

/// <summary>Turns the cells of one column into text and colour, by name, type and meaning of the column.</summary>
/// <remarks>Types and meanings are the names that the server sends: "INT64", "ST_DURATION_NS".</remarks>
internal sealed class CellFormatter
{
    private const double SlowLatencyNs = 200e6;
    private const double BadLatencyNs = 400e6;
    private const double BusyCpuShare = 0.70;
    private const double FullCpuShare = 0.80;

    private const int TextWidth = 6;
    private const string ShortTime = "2026-11-22T18:50:01.204Z";

    private readonly Func<JsonElement, Cell> _format;

    private CellFormatter(Func<JsonElement, Cell> format, bool isNumber, int minWidth)
    {
        _format = format;
        IsNumber = isNumber;
        MinWidth = minWidth;
    }

    /// <summary>True when cells are aligned to the right.</summary>
    public bool IsNumber { get; }

    /// <summary>Characters below which a cell says nothing.</summary>
    public int MinWidth { get; }

    /// <summary>The formatters of a table's columns.</summary>
    public static CellFormatter[] For(QueryColumn[] columns, bool isShort) =>
        [.. columns.Select(column => For(column.Name, column.Type, column.SemanticType, isShort))];

    /// <summary>The formatter of a column; short times have milliseconds instead of nanoseconds.</summary>
    public static CellFormatter For(string name, string type, string semanticType, bool isShort = false) => type switch
    {
        "TIME64NS" when isShort => new CellFormatter(TimeInMilliseconds, isNumber: false, ShortTime.Length),
        "INT64" or "FLOAT64" => new CellFormatter(Choose(name, type, semanticType), isNumber: true, TextWidth),
        _ => new CellFormatter(Choose(name, type, semanticType), isNumber: false, TextWidth),
    };

    /// <summary>Formats one cell; a null cell is empty.</summary>
    public Cell Format(JsonElement value) =>
        value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? new Cell("") : _format(value);

    private static Func<JsonElement, Cell> Choose(string name, string type, string semanticType) => semanticType switch
    {
        "ST_BYTES" => Quantity(QuantityText.Bytes),
        "ST_DURATION_NS" when StartsWith(name, "latency") => Quantity(QuantityText.DurationNs, LatencyColor),
        "ST_DURATION_NS" => Quantity(QuantityText.DurationNs),
        "ST_THROUGHPUT_PER_NS" => Quantity(QuantityText.PerSecond),
        "ST_THROUGHPUT_BYTES_PER_NS" => Quantity(QuantityText.BytesPerSecond),
        "ST_PERCENT" when StartsWith(name, "cpu") => Quantity(QuantityText.Percent, CpuColor),
        "ST_PERCENT" => Quantity(QuantityText.Percent),
        "ST_HTTP_RESP_STATUS" => Status,
        "ST_QUANTILES" => value => Quantiles(value, QuantityText.Plain),
        "ST_DURATION_NS_QUANTILES" => value => Quantiles(value, QuantityText.DurationNs),
        "ST_SCRIPT_REFERENCE" => ScriptLabel,
        _ => ByType(name, type),
    };

    private static Func<JsonElement, Cell> ByType(string name, string type) => type switch
    {
        "BOOLEAN" when StartsWith(name, "alert") => value =>
            value.ValueKind == JsonValueKind.True ? new Cell("ALERT", CellColor.Red) : new Cell(""),
        "BOOLEAN" => value => value.ValueKind == JsonValueKind.True
            ? new Cell("true", CellColor.Green)
            : new Cell("false", CellColor.Red),
        "FLOAT64" => Quantity(QuantityText.Plain),
        _ => value => new Cell(Text(value)),
    };

    private static Func<JsonElement, Cell> Quantity(
        Func<double, string> text, Func<double, CellColor>? color = null) => value =>
        {
            var number = Number(value);
            return number is { } known
                ? new Cell(text(known), color?.Invoke(known) ?? CellColor.Default)
                : new Cell(Text(value));
        };

    private static CellColor LatencyColor(double ns) => ns switch
    {
        > BadLatencyNs => CellColor.Red,
        > SlowLatencyNs => CellColor.Yellow,
        _ => CellColor.Green,
    };

    private static CellColor CpuColor(double share) => share switch
    {
        > FullCpuShare => CellColor.Red,
        > BusyCpuShare => CellColor.Yellow,
        _ => CellColor.Default,
    };

    private static Cell TimeInMilliseconds(JsonElement value)
    {
        var text = Text(value);
        return new Cell(text.Length > ShortTime.Length ? text[..(ShortTime.Length - 1)] + "Z" : text);
    }

    private static Cell Status(JsonElement value)
    {
        var color = Number(value) switch
        {
            >= 400 => CellColor.Red,
            >= 200 and < 300 => CellColor.Green,
            _ => CellColor.Default,
        };
        return new Cell(Text(value), color);
    }

    private static Cell Quantiles(JsonElement value, Func<double, string> text)
    {
        if (!TryParseObject(value, out var quantiles))
        {
            return new Cell(Text(value));
        }

        var parts = quantiles.EnumerateObject()
            .OrderBy(quantile => quantile.Name, StringComparer.Ordinal)
            .Select(quantile => $"{quantile.Name}: {QuantileText(quantile.Value, text)}");
        return new Cell(string.Join(", ", parts));
    }

    private static string QuantileText(JsonElement value, Func<double, string> text) =>
        Number(value) is { } number ? text(number) : Text(value);

    private static Cell ScriptLabel(JsonElement value) =>
        TryParseObject(value, out var link) && link.TryGetProperty("label", out var label)
            ? new Cell(Text(label))
            : new Cell(Text(value));

    /// <summary>An object, or a string that holds the text of one.</summary>
    private static bool TryParseObject(JsonElement value, out JsonElement result)
    {
        result = value;
        if (value.ValueKind == JsonValueKind.String)
        {
            try
            {
                using var document = JsonDocument.Parse(value.GetString()!);
                result = document.RootElement.Clone();
            }
            catch (JsonException) // a script may put any text into such a column: shown as it is
            {
                return false;
            }
        }

        return result.ValueKind == JsonValueKind.Object;
    }

    private static double? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : null;

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    private static bool StartsWith(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal);
}
