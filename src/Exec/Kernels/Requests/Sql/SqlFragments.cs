using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace PixieOrleans.Exec.Kernels.Requests.Sql;

/// <summary>A part of a statement that a placeholder takes the place of.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The byte after its last.</param>
/// <param name="Parameter">Index of the parameter it stands for, or -1 for a constant.</param>
internal readonly record struct SqlFragment(int Start, int End, int Parameter);

/// <summary>Finds the constants and placeholders of statements; one thread uses it for many of them.</summary>
/// <remarks>
/// Constants are literals, true and false, in MySQL also a sign before a number and NULL as a value. No constants
/// are: lengths of types such as varchar(20), the words of IS NOT NULL, and names.
/// </remarks>
internal sealed class SqlFragments(SqlDialect dialect)
{
    private readonly bool _mysql = dialect == SqlDialect.MySql;
    private readonly List<SqlFragment> _found = [];
    private SqlToken _last; // the token before, blanks left out
    private SqlToken _beforeLast;
    private int _typeDepth; // 1 inside the brackets of a type, which do not nest
    private int _parameters; // placeholders seen, MySQL's have no number

    /// <summary>What <see cref="Find"/> found, in order; valid until the next call.</summary>
    public ReadOnlySpan<SqlFragment> Found => CollectionsMarshal.AsSpan(_found);

    /// <summary>Looks through a statement.</summary>
    /// <returns>What is wrong with it, or nothing.</returns>
    public ReadOnlySpan<byte> Find(ReadOnlySpan<byte> sql)
    {
        _found.Clear();
        (_last, _beforeLast, _typeDepth, _parameters) = (Start, Start, 0, 0);
        if (!Utf8.IsValid(sql))
        {
            return "Invalid UTF-8 byte sequence in SQL query"u8;
        }

        var lexer = new SqlLexer(sql, dialect);
        while (lexer.Next(out var token))
        {
            if (token.Kind == SqlTokenKind.Unterminated)
            {
                return "The SQL query ends inside a literal, a quoted name or a comment"u8;
            }

            if (token.Kind != SqlTokenKind.Blank)
            {
                Take(sql, token);
            }
        }

        return default;
    }

    private static SqlToken Start => new(SqlTokenKind.Symbol, 0, 0);

    private void Take(ReadOnlySpan<byte> sql, SqlToken token)
    {
        var text = sql[token.Start..token.End];
        switch (token.Kind)
        {
            case SqlTokenKind.Text:
                _found.Add(new SqlFragment(token.Start, token.End, -1));
                break;
            case SqlTokenKind.Number when _typeDepth == 0:
                _found.Add(new SqlFragment(HasSign(sql) ? _last.Start : token.Start, token.End, -1));
                break;
            case SqlTokenKind.Word when IsConstantWord(sql, text):
                _found.Add(new SqlFragment(token.Start, token.End, -1));
                break;
            case SqlTokenKind.Parameter:
                _found.Add(new SqlFragment(token.Start, token.End, ParameterOf(text)));
                break;
            case SqlTokenKind.Symbol when text[0] == '(':
                _typeDepth = _typeDepth > 0 || IsType(sql) ? 1 : 0;
                break;
            case SqlTokenKind.Symbol when text[0] == ')':
                _typeDepth = 0;
                break;
        }

        (_beforeLast, _last) = (_last, token);
    }

    private int ParameterOf(ReadOnlySpan<byte> text) => _mysql ? _parameters++
        : Utf8Parser.TryParse(text[1..], out int number, out _) && number > 0 ? number - 1
        : int.MaxValue;

    // MySQL counts a sign to the constant, unless it is a difference.
    private bool HasSign(ReadOnlySpan<byte> sql) =>
        _mysql && Is(sql, _last, SqlTokenKind.Symbol, "-"u8) && StartsValue(sql, _beforeLast);

    private bool IsConstantWord(ReadOnlySpan<byte> sql, ReadOnlySpan<byte> word)
    {
        if (Ascii.EqualsIgnoreCase(word, "true"u8) || Ascii.EqualsIgnoreCase(word, "false"u8))
        {
            return !Is(sql, _last, SqlTokenKind.Symbol, "."u8) && !IsAfterIs(sql);
        }

        return _mysql && Ascii.EqualsIgnoreCase(word, "null"u8) && StartsValue(sql, _last);
    }

    private bool IsAfterIs(ReadOnlySpan<byte> sql) =>
        Is(sql, _last, SqlTokenKind.Word, "is"u8)
        || (Is(sql, _last, SqlTokenKind.Word, "not"u8) && Is(sql, _beforeLast, SqlTokenKind.Word, "is"u8));

    // Whether what follows the token is a value by itself: the token neither ends a value nor names something.
    private static bool StartsValue(ReadOnlySpan<byte> sql, SqlToken token) => token.Kind switch
    {
        SqlTokenKind.Symbol => !Is(sql, token, SqlTokenKind.Symbol, ")"u8),
        SqlTokenKind.Word => SqlWords.BeforeValues.Contains(sql[token.Start..token.End]),
        _ => false,
    };

    // "x varchar(", "CAST(x AS char(", "x::numeric(" are types; "SELECT char(" is a function.
    private bool IsType(ReadOnlySpan<byte> sql) =>
        _last.Kind == SqlTokenKind.Word
        && SqlWords.Types.Contains(sql[_last.Start.._last.End])
        && (_beforeLast.Kind == SqlTokenKind.Name
            || Is(sql, _beforeLast, SqlTokenKind.Symbol, "::"u8)
            || (_beforeLast.Kind == SqlTokenKind.Word && !StartsValue(sql, _beforeLast)));

    private static bool Is(ReadOnlySpan<byte> sql, SqlToken token, SqlTokenKind kind, ReadOnlySpan<byte> text) =>
        token.Kind == kind && Ascii.EqualsIgnoreCase(sql[token.Start..token.End], text);
}
