using System.Globalization;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl;

/// <summary>Reads the "#px:set key=value" lines of a script.</summary>
internal static class ScriptSettingsReader
{
    private const string Prefix = "#px:set";

    public static ScriptSettings Read(string script, DiagnosticBag diagnostics)
    {
        var settings = new ScriptSettings();
        var number = 0;
        foreach (var line in script.AsSpan().EnumerateLines())
        {
            number++;
            var text = line.Trim();
            if (text.StartsWith(Prefix, StringComparison.Ordinal))
            {
                var span = new SourceSpan(number, line.IndexOf(Prefix, StringComparison.Ordinal) + 1, text.Length);
                settings = Apply(settings, text[Prefix.Length..].Trim(), span, diagnostics);
            }
        }

        return settings;
    }

    private static ScriptSettings Apply(
        ScriptSettings settings, ReadOnlySpan<char> text, SourceSpan span, DiagnosticBag diagnostics)
    {
        var equals = text.IndexOf('=');
        if (equals < 0)
        {
            diagnostics.Error(DiagnosticCodes.Setting, span, $"Expected '{Prefix} key=value'.");
            return settings;
        }

        var key = text[..equals].Trim();
        var value = text[(equals + 1)..].Trim();
        switch (key)
        {
            case "max_output_rows_per_table"
                when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var rows) && rows > 0:
                return settings with { MaxOutputRows = rows };
            case "explain" when bool.TryParse(value, out var explain):
                return settings with { Explain = explain };
            case "analyze" when bool.TryParse(value, out var analyze):
                return settings with { Analyze = analyze };
            case "max_output_rows_per_table" or "explain" or "analyze":
                diagnostics.Error(DiagnosticCodes.Setting, span, $"'{value}' is not a value of the setting '{key}'.");
                return settings;
            default:
                diagnostics.Error(
                    DiagnosticCodes.Setting,
                    span,
                    $"'{key}' is not a setting.",
                    Suggestion.For(key.ToString(), ["max_output_rows_per_table", "explain", "analyze"]));
                return settings;
        }
    }
}
