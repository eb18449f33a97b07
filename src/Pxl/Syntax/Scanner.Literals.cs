using System.Globalization;
using System.Text;

namespace PixieOrleans.Pxl.Syntax;

/// <summary>Numbers and texts.</summary>
internal sealed partial class Scanner
{
    private static bool IsStringPrefix(ReadOnlySpan<char> prefix)
    {
        Span<char> lower = stackalloc char[2];
        return prefix.Length <= 2
            && prefix.ToLowerInvariant(lower) == prefix.Length
            && lower[..prefix.Length] is "r" or "u" or "b" or "f" or "br" or "rb" or "fr" or "rf" or "ur";
    }

    private void ScanNumber()
    {
        var end = _position;
        var radix = text[end] == '0' && end + 1 < text.Length ? RadixOf(text[end + 1]) : 10;
        if (radix != 10)
        {
            end += 2;
        }

        while (end < text.Length && IsNumberPart(end, radix))
        {
            end++;
        }

        var literal = text[_position..end];
        var span = Span(literal.Length);
        if (radix == 10 && literal.AsSpan().IndexOfAny(".eE") >= 0)
        {
            AddFloat(literal, span);
        }
        else
        {
            AddInteger(literal, radix, span);
        }

        _position = end;
    }

    private static int RadixOf(char marker) => char.ToLowerInvariant(marker) switch
    {
        'x' => 16,
        'o' => 8,
        'b' => 2,
        _ => 10,
    };

    // Takes every letter and digit, so that "12ab" is one bad number rather than a number and a name.
    private bool IsNumberPart(int position, int radix)
    {
        var c = text[position];
        if (char.IsAsciiLetterOrDigit(c) || c == '_')
        {
            return true;
        }

        return radix == 10 && (c == '.' || (c is '+' or '-' && text[position - 1] is 'e' or 'E'));
    }

    private void AddFloat(string literal, Diagnostics.SourceSpan span)
    {
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (double.TryParse(literal, Style, CultureInfo.InvariantCulture, out var value))
        {
            Add(TokenKind.Float, literal, span, value);
        }
        else
        {
            AddInvalidNumber(span, "invalid number");
        }
    }

    private void AddInteger(string literal, int radix, Diagnostics.SourceSpan span)
    {
        var digits = literal.AsSpan(radix == 10 ? 0 : 2);
        if (digits.IsEmpty || (radix == 10 && digits.Length > 1 && digits[0] == '0' && digits.ContainsAnyExcept('0')))
        {
            AddInvalidNumber(span, "invalid number");
            return;
        }

        var value = 0UL;
        foreach (var c in digits)
        {
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
            if (digit >= radix)
            {
                AddInvalidNumber(span, "invalid number");
                return;
            }

            if (value > (long.MaxValue - (ulong)digit) / (ulong)radix)
            {
                AddInvalidNumber(span, "the number does not fit into 64 bits");
                return;
            }

            value = (value * (ulong)radix) + (ulong)digit;
        }

        Add(TokenKind.Integer, literal, span, (long)value);
    }

    private void AddInvalidNumber(Diagnostics.SourceSpan span, string message)
    {
        Syntax(span, message);
        Add(TokenKind.Invalid, "", span);
    }

    private void ScanString(int prefixLength)
    {
        var span = Here();
        var start = _position;
        var prefix = text.AsSpan(_position, prefixLength);
        var raw = prefix.ContainsAny('r', 'R');
        var kind = prefix.ContainsAny('f', 'F') ? TokenKind.FormattedString : TokenKind.String;
        _position += prefixLength;
        var quote = text[_position];
        var triple = string.CompareOrdinal(text, _position, new string(quote, 3), 0, 3) == 0;
        _position += triple ? 3 : 1;
        var value = new StringBuilder();
        if (!ScanStringBody(quote, triple, raw, value))
        {
            Syntax(span, triple ? "unterminated triple-quoted text" : "unterminated text");
            Add(TokenKind.Invalid, "", span);
            return;
        }

        if (!IsWellFormed(value))
        {
            Syntax(span, "the text holds half of a surrogate pair");
        }

        var length = span.Line == _line ? _position - start : 1;
        Add(kind, "text", span with { Length = length }, value.ToString());
    }

    private static bool IsWellFormed(StringBuilder value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsSurrogate(value[i])
                && (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[++i])))
            {
                return false;
            }
        }

        return true;
    }

    private bool ScanStringBody(char quote, bool triple, bool raw, StringBuilder value)
    {
        while (_position < text.Length)
        {
            var c = text[_position];
            if (c == quote && (!triple || string.CompareOrdinal(text, _position, new string(quote, 3), 0, 3) == 0))
            {
                _position += triple ? 3 : 1;
                return true;
            }

            if (IsLineEnd(_position))
            {
                if (!triple)
                {
                    return false;
                }

                value.Append('\n');
                SkipLineEnd();
            }
            else if (c == '\\')
            {
                _position++;
                ScanEscape(raw, value);
            }
            else
            {
                value.Append(c);
                _position++;
            }
        }

        return false;
    }

    /// <summary>After a backslash. An unknown escape stays as written.</summary>
    private void ScanEscape(bool raw, StringBuilder value)
    {
        if (_position >= text.Length)
        {
            return;
        }

        if (IsLineEnd(_position))
        {
            if (raw)
            {
                value.Append("\\\n");
            }

            SkipLineEnd();
            return;
        }

        var c = text[_position++];
        if (raw)
        {
            value.Append('\\').Append(c);
            return;
        }

        var simple = "\\\\''\"\"n\nt\tr\ra\ab\bf\fv\v";
        for (var i = 0; i < simple.Length; i += 2)
        {
            if (simple[i] == c)
            {
                value.Append(simple[i + 1]);
                return;
            }
        }

        ScanNumericEscape(c, value);
    }

    private void ScanNumericEscape(char c, StringBuilder value)
    {
        var (digits, radix) = c switch
        {
            'x' => (2, 16),
            'u' => (4, 16),
            'U' => (8, 16),
            >= '0' and <= '7' => (3, 8),
            _ => (0, 0),
        };
        if (digits == 0)
        {
            value.Append('\\').Append(c);
            return;
        }

        var start = radix == 8 ? _position - 1 : _position;
        var (end, code) = (start, 0L);
        while (end < text.Length && end - start < digits && char.IsAsciiHexDigit(text[end])
            && Convert.ToInt32(text[end].ToString(), 16) is var digit && digit < radix)
        {
            code = (code * radix) + digit;
            end++;
        }

        if ((radix == 16 && end - start < digits) || !Rune.IsValid((int)Math.Min(code, int.MaxValue)))
        {
            Syntax(Here(), $"bad escape '\\{c}'");
            return;
        }

        value.Append(new Rune((int)code).ToString());
        _position = end;
    }
}
