using System.Buffers;

namespace PixieOrleans.Exec.Kernels.Requests.Sql;

/// <summary>Cuts a statement into tokens that cover all of it; knows no grammar.</summary>
/// <remarks>
/// Sources: MySQL 8 reference manual, chapter "Language Structure"; PostgreSQL 16 documentation, chapter "Lexical
/// Structure". Every byte is looked at a bounded number of times.
/// </remarks>
/// <param name="sql">UTF-8, borrowed.</param>
/// <param name="dialect">Its dialect.</param>
internal ref struct SqlLexer(ReadOnlySpan<byte> sql, SqlDialect dialect)
{
    private static readonly SearchValues<byte> WhiteSpace = SearchValues.Create(" \t\n\v\f\r"u8);
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789_"u8);
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789_abcdefABCDEF"u8);
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\n\r"u8);
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        [.. Enumerable.Range(0, 256).Select(b => (byte)b).Where(b => IsNameStart(b) || b is (byte)'$' || IsDigit(b))]);

    private readonly ReadOnlySpan<byte> _sql = sql;
    private readonly bool _mysql = dialect == SqlDialect.MySql;
    private int _position;

    /// <summary>Reads the next token; false at the end.</summary>
    public bool Next(out SqlToken token)
    {
        token = default;
        if (_position == _sql.Length)
        {
            return false;
        }

        var start = _position;
        var (kind, end) = Read(start);
        _position = end < 0 ? _sql.Length : end;
        token = new SqlToken(end < 0 ? SqlTokenKind.Unterminated : kind, start, _position);
        return true;
    }

    private readonly (SqlTokenKind Kind, int End) Read(int at)
    {
        var (first, second) = (_sql[at], at + 1 < _sql.Length ? _sql[at + 1] : (byte)0);
        return first switch
        {
            _ when WhiteSpace.Contains(first) => (SqlTokenKind.Blank, SkipAll(at, WhiteSpace)),
            (byte)'-' when second == '-' && IsLineComment(at) => (SqlTokenKind.Blank, LineEnd(at)),
            (byte)'#' when _mysql => (SqlTokenKind.Blank, LineEnd(at)),
            (byte)'/' when second == '*' => (SqlTokenKind.Blank, CommentEnd(at)),
            (byte)'\'' => (SqlTokenKind.Text, QuoteEnd(at, _mysql)),
            (byte)'"' => _mysql ? (SqlTokenKind.Text, QuoteEnd(at, true)) : (SqlTokenKind.Name, QuoteEnd(at, false)),
            (byte)'`' when _mysql => (SqlTokenKind.Name, QuoteEnd(at, false)),
            (byte)'@' when _mysql => (SqlTokenKind.Name, VariableEnd(at)),
            (byte)'?' when _mysql => (SqlTokenKind.Parameter, at + 1),
            (byte)'$' when !_mysql => ReadDollar(at, second),
            (byte)':' when second == ':' && !_mysql => (SqlTokenKind.Symbol, at + 2),
            (byte)'.' when IsDigit(second) && !EndsName(at) => (SqlTokenKind.Number, NumberEnd(at)),
            _ when IsDigit(first) => ReadNumber(at),
            _ when IsNameStart(first) => ReadWord(at),
            _ => (SqlTokenKind.Symbol, at + 1),
        };
    }

    // MySQL takes "--" for a comment only before white space: "5--1" is a difference.
    private readonly bool IsLineComment(int at) => !_mysql || at + 2 == _sql.Length || _sql[at + 2] <= ' ';

    private readonly bool EndsName(int at) => at > 0 && (NameBytes.Contains(_sql[at - 1]) || IsQuote(_sql[at - 1]));

    private readonly int SkipAll(int at, SearchValues<byte> bytes)
    {
        var length = _sql[at..].IndexOfAnyExcept(bytes);
        return length < 0 ? _sql.Length : at + length;
    }

    private readonly int LineEnd(int at)
    {
        var length = _sql[at..].IndexOfAny(LineEnds);
        return length < 0 ? _sql.Length : at + length;
    }

    // PostgreSQL nests comments, MySQL does not.
    private readonly int CommentEnd(int at)
    {
        var depth = 1;
        at += 2;
        while (true)
        {
            var mark = _sql[at..].IndexOfAny((byte)'*', (byte)'/');
            if (mark < 0 || at + mark + 1 >= _sql.Length)
            {
                return -1;
            }

            at += mark;
            var (first, second) = (_sql[at], _sql[at + 1]);
            if (first == '*' && second == '/')
            {
                depth--;
                at += 2;
                if (depth == 0)
                {
                    return at;
                }
            }
            else if (first == '/' && second == '*' && !_mysql)
            {
                depth++;
                at += 2;
            }
            else
            {
                at++;
            }
        }
    }

    // A doubled quote is part of the literal.
    private readonly int QuoteEnd(int at, bool backslashEscapes)
    {
        var quote = _sql[at++];
        while (true)
        {
            var mark = backslashEscapes ? _sql[at..].IndexOfAny(quote, (byte)'\\') : _sql[at..].IndexOf(quote);
            if (mark < 0)
            {
                return -1;
            }

            at += mark + 1;
            if (_sql[at - 1] == '\\' && quote != '\\')
            {
                if (at == _sql.Length)
                {
                    return -1;
                }

                at++;
            }
            else if (at < _sql.Length && _sql[at] == quote)
            {
                at++;
            }
            else
            {
                return at;
            }
        }
    }

    private readonly int VariableEnd(int at)
    {
        at = SkipAt(at);
        return at < _sql.Length && IsQuote(_sql[at]) ? QuoteEnd(at, _sql[at] != '`') : SkipAll(at, NameBytes);
    }

    private readonly int SkipAt(int at)
    {
        while (at < _sql.Length && _sql[at] == '@')
        {
            at++;
        }

        return at;
    }

    // $1, or $tag$ text $tag$.
    private readonly (SqlTokenKind Kind, int End) ReadDollar(int at, byte second)
    {
        if (IsDigit(second))
        {
            return (SqlTokenKind.Parameter, SkipAll(at + 1, Digits));
        }

        var length = _sql[(at + 1)..].IndexOf((byte)'$');
        var tag = length < 0 ? default : _sql.Slice(at, length + 2);
        if (length < 0 || tag[1..^1].ContainsAnyExcept(NameBytes))
        {
            return (SqlTokenKind.Symbol, at + 1);
        }

        var end = _sql[(at + tag.Length)..].IndexOf(tag);
        return (SqlTokenKind.Text, end < 0 ? -1 : at + end + (2 * tag.Length));
    }

    private readonly (SqlTokenKind Kind, int End) ReadNumber(int at)
    {
        var end = NumberEnd(at);
        return end < _sql.Length && NameBytes.Contains(_sql[end])
            ? (SqlTokenKind.Word, SkipAll(end, NameBytes)) // MySQL's names may start with digits
            : (SqlTokenKind.Number, end);
    }

    private readonly int NumberEnd(int at)
    {
        if (_sql[at] == '0' && at + 2 < _sql.Length && (_sql[at + 1] | 0x20) is 'x' or 'b' or 'o')
        {
            return SkipAll(at + 2, HexDigits);
        }

        at = SkipAll(at, Digits);
        if (at < _sql.Length && _sql[at] == '.')
        {
            at = SkipAll(at + 1, Digits);
        }

        if (at + 1 < _sql.Length && (_sql[at] | 0x20) == 'e')
        {
            var digits = _sql[at + 1] is (byte)'+' or (byte)'-' ? at + 2 : at + 1;
            if (digits < _sql.Length && IsDigit(_sql[digits]))
            {
                at = SkipAll(digits, Digits);
            }
        }

        return at;
    }

    // A word right before a quote may be the prefix of a literal: E'..', x'..', U&'..', _utf8mb4'..'.
    private readonly (SqlTokenKind Kind, int End) ReadWord(int at)
    {
        var end = SkipAll(at, NameBytes);
        if (end == _sql.Length)
        {
            return (SqlTokenKind.Word, end);
        }

        var word = _sql[at..end];
        var next = _sql[end];
        if (!_mysql && next == '&' && word.Length == 1 && (word[0] | 0x20) == 'u'
            && end + 1 < _sql.Length && IsQuote(_sql[end + 1]))
        {
            var kind = _sql[end + 1] == '"' ? SqlTokenKind.Name : SqlTokenKind.Text;
            return (kind, QuoteEnd(end + 1, false));
        }

        return (next == '\'' || (_mysql && next == '"')) && IsPrefix(word)
            ? (SqlTokenKind.Text, QuoteEnd(end, _mysql || (word[0] | 0x20) == 'e'))
            : (SqlTokenKind.Word, end);
    }

    private readonly bool IsPrefix(ReadOnlySpan<byte> word) => word.Length == 1
        ? (word[0] | 0x20) is 'x' or 'b' or 'n' || (!_mysql && (word[0] | 0x20) == 'e')
        : _mysql && word[0] == '_';

    private static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';

    private static bool IsQuote(byte value) => value is (byte)'\'' or (byte)'"' or (byte)'`';

    private static bool IsNameStart(byte value) =>
        (value | 0x20) is >= 'a' and <= 'z' || value is (byte)'_' or >= 0x80;
}
