using System.Buffers;
using System.Text;

namespace PixieOrleans.Cli.Formatting;

/// <summary>Makes text of unknown origin safe for a terminal: traffic may carry escape sequences.</summary>
internal static class PrintableText
{
    private static readonly SearchValues<char> ControlCharacters = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Select(code => (char)code)]);

    /// <summary>The text with control characters as \n, \t, \r or \xNN.</summary>
    public static string Escape(string text)
    {
        if (text.AsSpan().IndexOfAny(ControlCharacters) < 0)
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            Append(escaped, character);
        }

        return escaped.ToString();
    }

    private static void Append(StringBuilder escaped, char character)
    {
        if (!ControlCharacters.Contains(character))
        {
            escaped.Append(character);
            return;
        }

        escaped.Append(character switch
        {
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            _ => $"\\x{(int)character:x2}",
        });
    }
}
