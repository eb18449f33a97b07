using System.Globalization;
using System.Text;

namespace PixieOrleans.Exec.Kernels.Re2;

/// <summary>Turns a pattern of RE2 into one of .NET over bytes (<see cref="BytePattern"/>).</summary>
/// <remarks>
/// Source: RE2, "Syntax". Letters are folded here, so that the result needs no options. Names of scripts (\p{Greek})
/// are not known; the texts of the other errors are those of RE2.
/// </remarks>
internal sealed partial class Re2Translator(string pattern, bool dotMatchesNewline)
{
    /// <summary>What is said of a pattern beyond a bound.</summary>
    public const string TooLarge = "pattern too large - compile failed";

    private const int MaxRepeat = 1000; // of {n}, also nested
    private const int MaxSize = 20_000; // atoms after counted repetitions are written out
    private const int MaxDepth = 1000; // of groups

    private readonly StringBuilder _output = new();
    private readonly Stack<Group> _groups = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private Flags _flags = dotMatchesNewline ? Flags.DotMatchesNewline : Flags.None;
    private int _at;
    private int _atomStart = -1; // in the output; -1 when there is nothing to repeat
    private int _atomSize;
    private int _atomRepeat = 1; // product of the counted repetitions inside
    private int _size;
    private int _repeat = 1;
    private int _operatorStart = -1; // in the pattern, of the repetition just read

    [Flags]
    private enum Flags
    {
        None = 0,
        IgnoreCase = 1,
        MultiLine = 2,
        DotMatchesNewline = 4,
        Ungreedy = 8,
    }

    /// <summary>Number of capturing groups.</summary>
    public int Groups { get; private set; }

    /// <summary>What is wrong with the pattern; empty when nothing is.</summary>
    public string Error { get; private set; } = "";

    /// <summary>The pattern for .NET; null when there is an error.</summary>
    public string? Translate()
    {
        while (_at < pattern.Length)
        {
            if (!TryTakeOne() || (_size > MaxSize && !Fail(TooLarge)))
            {
                return null;
            }
        }

        return _groups.Count == 0 || Fail($"missing ): {pattern}") ? _output.ToString() : null;
    }

    private bool TryTakeOne()
    {
        switch (pattern[_at])
        {
            case '(':
                return TryOpen();
            case ')':
                return TryClose();
            case '|':
                _at++;
                _output.Append('|');
                EndAtom();
                return true;
            case '*' or '+' or '?':
                return TryRepeat(_at + 1, 1, pattern[_at].ToString());
            case '{' when TryReadCounts(out var end, out var least, out var most):
                return TryRepeatCounted(end, least, most);
            case '^':
                return TakeAtom(1, _flags.HasFlag(Flags.MultiLine) ? "(?m:^)" : @"(?:\A)");
            case '$':
                return TakeAtom(1, _flags.HasFlag(Flags.MultiLine) ? "(?m:$)" : @"(?:\z)");
            case '.':
                return TakeDot();
            case '[':
                return TryTakeClass();
            case '\\':
                return TryTakeEscape();
            default:
                TakeLiteral();
                return true;
        }
    }

    private bool Fail(string error)
    {
        Error = error;
        return false;
    }

    private bool TryOpen()
    {
        if (_groups.Count == MaxDepth)
        {
            return Fail(TooLarge);
        }

        var flags = _flags;
        if (pattern.AsSpan(_at).StartsWith("(?") && !IsNamedGroup())
        {
            if (!TryReadFlags(out flags, out var isGroup))
            {
                return false;
            }

            if (!isGroup)
            {
                _flags = flags; // until the group around ends
                return true;
            }

            Push("(?:");
        }
        else
        {
            if (!TrySkipGroupName())
            {
                return false;
            }

            Groups++;
            Push("(");
        }

        _flags = flags;
        return true;

        void Push(string open)
        {
            _groups.Push(new Group(_flags, _output.Length, _size, _repeat));
            _output.Append(open);
            _repeat = 1;
            EndAtom();
        }
    }

    private bool TryClose()
    {
        if (!_groups.TryPop(out var group))
        {
            return Fail($"unexpected ): {pattern}");
        }

        _at++;
        _output.Append(')');
        (_flags, _atomStart, _operatorStart) = (group.Flags, group.Start, -1);
        (_atomSize, _atomRepeat) = (_size - group.Size + 1, _repeat);
        _size++;
        _repeat = Math.Max(group.Repeat, _atomRepeat);
        return true;
    }

    private bool IsNamedGroup() =>
        pattern.AsSpan(_at).StartsWith("(?P<") || pattern.AsSpan(_at).StartsWith("(?<");

    // "(" or "(?P<name>"; names are for people only.
    private bool TrySkipGroupName()
    {
        if (!IsNamedGroup())
        {
            _at++;
            return true;
        }

        var start = pattern.IndexOf('<', _at) + 1;
        var end = pattern.IndexOf('>', start);
        var name = end < 0 ? "" : pattern[start..end];
        if (name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
            || !_names.Add(name))
        {
            return Fail($"invalid named capture group: {(end < 0 ? pattern[_at..] : pattern[_at..(end + 1)])}");
        }

        _at = end + 1;
        return true;
    }

    // "(?flags:" begins a group, "(?flags)" does not; a minus takes flags away.
    private bool TryReadFlags(out Flags flags, out bool isGroup)
    {
        (flags, isGroup) = (_flags, false);
        var (isAway, sinceMinus) = (false, 0);
        for (var i = _at + 2; i < pattern.Length; i++)
        {
            var letter = pattern[i];
            var index = "imsU".IndexOf(letter, StringComparison.Ordinal);
            if (index >= 0)
            {
                var flag = (Flags)(1 << index);
                flags = isAway ? flags & ~flag : flags | flag;
                sinceMinus++;
            }
            else if (letter == '-' && !isAway)
            {
                (isAway, sinceMinus) = (true, 0);
            }
            else if (letter is ':' or ')' && (!isAway || sinceMinus > 0))
            {
                (isGroup, _at) = (letter == ':', i + 1);
                return true;
            }
            else
            {
                return Fail($"invalid perl operator: {pattern[_at..(i + 1)]}");
            }
        }

        return Fail($"missing ): {pattern}");
    }

    // {n}, {n,} or {n,m}; anything else is literal text. -1 stands for no upper limit.
    private bool TryReadCounts(out int end, out int least, out int most)
    {
        (end, least, most) = (pattern.IndexOf('}', _at) + 1, 0, 0);
        var text = end == 0 ? default : pattern.AsSpan(_at + 1, end - _at - 2);
        var comma = text.IndexOf(',');
        var lower = comma < 0 ? text : text[..comma];
        var upper = comma < 0 ? text : text[(comma + 1)..];
        if (!TryReadCount(lower, out least) || (!upper.IsEmpty && !TryReadCount(upper, out most)))
        {
            return false;
        }

        most = upper.IsEmpty ? -1 : most;
        return true;
    }

    private static bool TryReadCount(ReadOnlySpan<char> text, out int count)
    {
        count = MaxRepeat + 1; // what a number is that does not fit
        var isNumber = !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');
        if (isNumber && int.TryParse(text, CultureInfo.InvariantCulture, out var number))
        {
            count = number;
        }

        return isNumber;
    }

    private bool TryRepeatCounted(int end, int least, int most)
    {
        var times = Math.Max(least, most);
        return times <= MaxRepeat && (most < 0 || most >= least) && times * (long)_atomRepeat <= MaxRepeat
            ? TryRepeat(end, Math.Max(times, 1), pattern[_at..end])
            : Fail($"invalid repetition size: {pattern[_at..end]}");
    }

    private bool TryRepeat(int end, int times, string repetition)
    {
        if (_operatorStart >= 0)
        {
            return Fail($"bad repetition operator: {pattern[_operatorStart..end]}");
        }

        if (_atomStart < 0)
        {
            return Fail($"no argument for repetition operator: {pattern[_at..end]}");
        }

        _operatorStart = _at;
        var isLazy = end < pattern.Length && pattern[end] == '?';
        _at = isLazy ? end + 1 : end;
        _output.Append(repetition).Append(isLazy != _flags.HasFlag(Flags.Ungreedy) ? "?" : "");
        _size += (int)Math.Min((long)_atomSize * (times - 1), MaxSize);
        _atomRepeat *= times;
        _repeat = Math.Max(_repeat, _atomRepeat);
        return true;
    }

    private bool TakeAtom(int length, string atom)
    {
        BeginAtom(1);
        _output.Append(atom);
        _at += length;
        return true;
    }

    private bool TakeDot()
    {
        var set = new RuneSet();
        set.Add(0, RuneSet.MaxRune);
        if (!_flags.HasFlag(Flags.DotMatchesNewline))
        {
            set = new RuneSet();
            set.Add('\n', '\n');
            set = set.Negate();
        }

        _at++;
        TakeSet(set);
        return true;
    }

    private void TakeLiteral()
    {
        var rune = Rune.GetRuneAt(pattern, _at);
        _at += rune.Utf16SequenceLength;
        TakeRune(rune.Value);
    }

    private void TakeRune(int code)
    {
        var set = new RuneSet();
        AddTo(set, code, code);
        TakeSet(set);
    }

    private void TakeSet(RuneSet set)
    {
        BeginAtom(0);
        _atomSize = BytePattern.Append(set, _output);
        _size += _atomSize;
    }

    private void AddTo(RuneSet set, int first, int last)
    {
        if (_flags.HasFlag(Flags.IgnoreCase))
        {
            set.AddFolded(first, last);
        }
        else
        {
            set.Add(first, last);
        }
    }

    private void BeginAtom(int size)
    {
        (_atomStart, _atomSize, _atomRepeat, _operatorStart) = (_output.Length, size, 1, -1);
        _size += size;
    }

    private void EndAtom() => (_atomStart, _operatorStart) = (-1, -1);

    /// <summary>What was known when a group began.</summary>
    private readonly record struct Group(Flags Flags, int Start, int Size, int Repeat);
}
