using System.Text;

namespace PixieOrleans.Pxl.Diagnostics;

/// <summary>Diagnostics for people: the message, the line and a caret under the place.</summary>
public static class DiagnosticText
{
    private const int MaxLineLength = 200; // characters shown of a source line

    /// <summary>Renders one diagnostic of a script; lines end with a line feed.</summary>
    public static string Render(string script, Diagnostic diagnostic)
    {
        var text = new StringBuilder().Append("  ").Append(diagnostic);
        if (diagnostic.Hint is { } hint)
        {
            text.Append(" (").Append(hint).Append(')');
        }

        text.Append('\n');
        var line = LineOf(script, diagnostic.Span.Line);
        var column = diagnostic.Span.Column - 1;
        if (line.IsEmpty || column >= MaxLineLength)
        {
            return text.ToString();
        }

        line = line[..Math.Min(line.Length, MaxLineLength)];
        text.Append("    ").Append(line).Append("\n    ");
        for (var i = 0; i < column; i++)
        {
            text.Append(i < line.Length && line[i] == '\t' ? '\t' : ' ');
        }

        var carets = Math.Clamp(diagnostic.Span.Length, 1, Math.Max(1, line.Length - column));
        return text.Append('^', carets).Append('\n').ToString();
    }

    private static ReadOnlySpan<char> LineOf(string script, int number)
    {
        var rest = script.AsSpan();
        for (var i = 1; i < number; i++)
        {
            var end = rest.IndexOf('\n');
            if (end < 0)
            {
                return default;
            }

            rest = rest[(end + 1)..];
        }

        var length = rest.IndexOf('\n');
        return (length < 0 ? rest : rest[..length]).TrimEnd('\r');
    }
}
