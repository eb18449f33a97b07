using System.Globalization;
using System.Text;

namespace PixieOrleans.Exec.Kernels.Re2;

/// <content>Escapes and character classes.</content>
internal sealed partial class Re2Translator
{
    private const int MaxOctalDigits = 3;

    private static readonly Dictionary<string, string> NamedRanges = new(StringComparer.Ordinal)
    {
        ["alnum"] = "09AZaz",
        ["alpha"] = "AZaz",
        ["ascii"] = "\0\x7F",
        ["blank"] = "\t\t  ",
        ["cntrl"] = "\0\x1F\x7F\x7F",
        ["digit"] = "09",
        ["graph"] = "!~",
        ["lower"] = "az",
        ["print"] = " ~",
        ["punct"] = "!/:@[`{~",
        ["space"] = "\t\r  ",
        ["upper"] = "AZ",
        ["word"] = "09AZaz__",
        ["xdigit"] = "09AFaf",
    };

    private bool TryTakeEscape()
    {
        if (_at + 1 == pattern.Length)
        {
            return Fail(@"trailing \");
        }

        switch (pattern[_at + 1])
        {
            case 'A':
                return TakeAtom(2, @"(?:\A)");
            case 'z':
                return TakeAtom(2, @"(?:\z)");
            case 'b':
                return TakeAtom(2, @"(?:\b)");
            case 'B':
                return TakeAtom(2, @"(?:\B)");
            case 'C':
                return TakeAtom(2, BytePattern.AnyByte);
            case 'Q':
                TakeQuoted();
                return true;
        }

        var set = new RuneSet();
        if (TryReadSetEscape(set, out var isSet) && isSet)
        {
            TakeSet(set);
            return true;
        }

        if (isSet || !TryReadRuneEscape(out var code))
        {
            return false;
        }

        TakeRune(code);
        return true;
    }

    // Up to \E or the end, everything is literal.
    private void TakeQuoted()
    {
        _at += 2;
        while (_at < pattern.Length && !pattern.AsSpan(_at).StartsWith(@"\E"))
        {
            TakeLiteral();
        }

        _at = Math.Min(_at + 2, pattern.Length);
    }

    private bool TryTakeClass()
    {
        var start = _at;
        var set = new RuneSet();
        var isNegated = pattern.AsSpan(_at).StartsWith("[^");
        _at += isNegated ? 2 : 1;
        for (var isFirst = true; _at < pattern.Length; isFirst = false)
        {
            if (pattern[_at] == ']' && !isFirst)
            {
                _at++;
                TakeSet(isNegated ? set.Negate() : set);
                return true;
            }

            if (!TryReadItem(set, start))
            {
                return false;
            }
        }

        return Fail($"missing ]: {pattern[start..]}");
    }

    // A named set, an escape for a set, one code point or a range of them.
    private bool TryReadItem(RuneSet set, int start)
    {
        if (pattern.AsSpan(_at).StartsWith("[:")
            && pattern.IndexOf(":]", _at + 2, StringComparison.Ordinal) is > 0 and var end)
        {
            return TryReadNamedSet(set, end);
        }

        if (pattern[_at] == '\\')
        {
            if (_at + 1 == pattern.Length)
            {
                return Fail($"missing ]: {pattern[start..]}");
            }

            if (!TryReadSetEscape(set, out var isSet) || isSet)
            {
                return Error.Length == 0;
            }
        }

        var begin = _at;
        if (!TryReadClassRune(out var first))
        {
            return false;
        }

        var last = first;
        if (_at + 1 < pattern.Length && pattern[_at] == '-' && pattern[_at + 1] != ']')
        {
            _at++;
            if (!TryReadClassRune(out last))
            {
                return false;
            }
        }

        if (last < first)
        {
            return Fail($"invalid character class range: {pattern[begin.._at]}");
        }

        AddTo(set, first, last);
        return true;
    }

    private bool TryReadClassRune(out int code)
    {
        if (pattern[_at] == '\\')
        {
            return TryReadRuneEscape(out code);
        }

        var rune = Rune.GetRuneAt(pattern, _at);
        _at += rune.Utf16SequenceLength;
        code = rune.Value;
        return true;
    }

    // [:name:] or [:^name:]
    private bool TryReadNamedSet(RuneSet set, int end)
    {
        var name = pattern[(_at + 2)..end];
        var isNegated = name.StartsWith('^');
        if (!NamedRanges.TryGetValue(isNegated ? name[1..] : name, out var ranges))
        {
            return Fail($"invalid character class range: {pattern[_at..(end + 2)]}");
        }

        _at = end + 2;
        AddRanges(set, ranges, isNegated);
        return true;
    }

    // \d \s \w and their opposites; \p and \P with a category.
    private bool TryReadSetEscape(RuneSet set, out bool isSet)
    {
        var letter = pattern[_at + 1];
        isSet = true;
        switch (char.ToLowerInvariant(letter))
        {
            case 'd':
                _at += 2;
                AddRanges(set, "09", letter == 'D');
                return true;
            case 's':
                _at += 2;
                AddRanges(set, "\t\n\f\r  ", letter == 'S');
                return true;
            case 'w':
                _at += 2;
                AddRanges(set, NamedRanges["word"], letter == 'W');
                return true;
            case 'p':
                return TryReadCategory(set, letter == 'P');
            default:
                isSet = false;
                return true;
        }
    }

    private bool TryReadCategory(RuneSet set, bool isNegated)
    {
        var isLong = _at + 2 < pattern.Length && pattern[_at + 2] == '{';
        var end = isLong ? pattern.IndexOf('}', _at) : Math.Min(_at + 2, pattern.Length - 1);
        var text = end < 0 ? pattern[_at..] : pattern[_at..(end + 1)];
        var name = end < 0 || text.Length < 3 ? "" : isLong ? text[3..^1] : text[2..];
        var isAway = name.StartsWith('^');
        if (RuneSet.OfCategory(isAway ? name[1..] : name) is not { } category)
        {
            return Fail($"invalid character class range: {text} (general categories are known, scripts are not)");
        }

        _at = end + 1;
        set.Add(isAway != isNegated ? category.Negate() : category);
        return true;
    }

    // Pairs of first and last.
    private void AddRanges(RuneSet set, string ranges, bool isNegated)
    {
        var named = new RuneSet();
        for (var i = 0; i < ranges.Length; i += 2)
        {
            AddTo(named, ranges[i], ranges[i + 1]);
        }

        set.Add(isNegated ? named.Negate() : named);
    }

    // \n and the like, \x41, \x{1F600}, \101, and punctuation for itself.
    private bool TryReadRuneEscape(out int code)
    {
        code = 0;
        if (_at + 1 == pattern.Length)
        {
            return Fail(@"trailing \");
        }

        var letter = pattern[_at + 1];
        var known = "afnrtv".IndexOf(letter, StringComparison.Ordinal);
        var digits = CountOctalDigits(_at + 1);
        if (known >= 0)
        {
            code = "\a\f\n\r\t\v"[known];
            _at += 2;
        }
        else if (letter == '0' || (letter is >= '1' and <= '7' && digits > 1))
        {
            code = Convert.ToInt32(pattern.Substring(_at + 1, digits), 8);
            _at += 1 + digits;
        }
        else if (letter == 'x')
        {
            return TryReadHex(out code);
        }
        else if (char.IsAscii(letter) && !char.IsAsciiLetterOrDigit(letter))
        {
            code = letter;
            _at += 2;
        }
        else
        {
            var length = Rune.GetRuneAt(pattern, _at + 1).Utf16SequenceLength;
            return Fail($"invalid escape sequence: {pattern.AsSpan(_at, 1 + length)}");
        }

        return true;
    }

    private int CountOctalDigits(int start)
    {
        var count = 0;
        while (count < MaxOctalDigits && start + count < pattern.Length && pattern[start + count] is >= '0' and <= '7')
        {
            count++;
        }

        return count;
    }

    private bool TryReadHex(out int code)
    {
        var isLong = _at + 2 < pattern.Length && pattern[_at + 2] == '{';
        var start = _at + (isLong ? 3 : 2);
        var end = isLong ? pattern.IndexOf('}', start) : Math.Min(start + 2, pattern.Length);
        var text = end < 0 ? "" : pattern[start..end];
        if ((!isLong && text.Length < 2)
            || !int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out code)
            || (uint)code > RuneSet.MaxRune)
        {
            code = 0;
            end = end < 0 ? pattern.Length : Math.Min(end + 1, pattern.Length);
            return Fail($"invalid escape sequence: {pattern[_at..end]}");
        }

        _at = isLong ? end + 1 : end;
        return true;
    }
}
