using System.Text;

namespace PixieOrleans.Exec.Kernels.Re2;

/// <summary>A pattern that is plain text with ".*" before, behind or on both sides: it needs no automaton.</summary>
/// <param name="literal">The text.</param>
/// <param name="anyBefore">Whether anything may stand before it.</param>
/// <param name="anyBehind">Whether anything may stand behind it.</param>
internal sealed class Re2Literal(byte[] literal, bool anyBefore, bool anyBehind)
{
    private const string Special = @"\.+*?()|[]{}^$";

    /// <summary>The pattern, if it is one of these; a dot matches newlines.</summary>
    public static Re2Literal? Of(string pattern)
    {
        var literal = new StringBuilder();
        var anyBefore = pattern.StartsWith(".*", StringComparison.Ordinal);
        for (var at = anyBefore ? 2 : 0; at < pattern.Length; at++)
        {
            if (pattern.AsSpan(at).SequenceEqual(".*"))
            {
                return new Re2Literal(Encoding.UTF8.GetBytes(literal.ToString()), anyBefore, anyBehind: true);
            }

            if (pattern[at] == '\\' && at + 1 < pattern.Length && char.IsAscii(pattern[at + 1])
                && !char.IsAsciiLetterOrDigit(pattern[at + 1]))
            {
                at++;
            }
            else if (Special.Contains(pattern[at], StringComparison.Ordinal))
            {
                return null;
            }

            literal.Append(pattern[at]);
        }

        return new Re2Literal(Encoding.UTF8.GetBytes(literal.ToString()), anyBefore, anyBehind: false);
    }

    /// <summary>Whether the whole text matches; null when the automaton has to say.</summary>
    /// <remarks>A dot matches UTF-8 only, so what it has to match must be known to be that.</remarks>
    public bool? IsMatch(ReadOnlySpan<byte> text)
    {
        var at = anyBefore
            ? anyBehind ? text.IndexOf(literal) : text.EndsWith(literal) ? text.Length - literal.Length : -1
            : (anyBehind ? text.StartsWith(literal) : text.SequenceEqual(literal)) ? 0 : -1;
        if (at < 0)
        {
            return false;
        }

        return Ascii.IsValid(text[..at]) && Ascii.IsValid(text[(at + literal.Length)..]) ? true : null;
    }
}
