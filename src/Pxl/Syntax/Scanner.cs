using System.Collections.Frozen;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Syntax;

/// <summary>Turns a script into tokens, with Indent, Dedent and Newline as in Python.</summary>
internal sealed partial class Scanner(string text, CompileLimits limits, DiagnosticBag diagnostics)
{
    private static readonly FrozenSet<string> Keywords = new[]
    {
        "and", "as", "assert", "break", "class", "continue", "def", "del", "elif", "else", "except", "finally",
        "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
        "return", "try", "while", "with", "yield",
    }.ToFrozenSet(StringComparer.Ordinal);

    // A bracket that is still open before one of these was forgotten: the next statement begins.
    private static readonly FrozenSet<string> StatementStarts =
        new[] { "class", "def", "import", "return" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly string[] Operators =
    [
        "**=", "//=", ">>=", "<<=", "...",
        "**", "//", ">>", "<<", "<=", ">=", "==", "!=", "->", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=",
        "+", "-", "*", "/", "%", "@", "&", "|", "^", "~", "<", ">", "(", ")", "[", "]", "{", "}",
        ",", ":", ".", ";", "=",
    ];

    private readonly List<Token> _tokens = [];
    private readonly List<Token> _brackets = [];
    private int _position;
    private int _line = 1;
    private int _lineStart;

    /// <summary>All tokens; the last is EndOfFile. Errors are reported and become Invalid tokens.</summary>
    public List<Token> Scan()
    {
        ScanIndentation();
        while (_position < text.Length)
        {
            if (_tokens.Count >= limits.Tokens)
            {
                diagnostics.Error(
                    DiagnosticCodes.Limit, Here(), $"The script has more than {limits.Tokens} tokens.");
                break;
            }

            ScanNext();
        }

        foreach (var bracket in _brackets)
        {
            Syntax(bracket.Span, $"'{bracket.Text}' was never closed");
        }

        EndLine();
        CloseBlocks();
        Add(TokenKind.EndOfFile, "", Here());
        return _tokens;
    }

    private void ScanNext()
    {
        var c = text[_position];
        switch (c)
        {
            case '\n' or '\r':
                ScanLineEnd();
                break;
            case ' ' or '\t' or '\f':
                _position++;
                break;
            case '#':
                SkipComment();
                break;
            case '\\' when IsLineEnd(_position + 1):
                _position++;
                SkipLineEnd();
                break;
            case '"' or '\'':
                ScanString(prefixLength: 0);
                break;
            default:
                ScanWord(c);
                break;
        }
    }

    private void ScanWord(char c)
    {
        if (char.IsAsciiDigit(c) || (c == '.' && _position + 1 < text.Length && char.IsAsciiDigit(text[_position + 1])))
        {
            ScanNumber();
        }
        else if (c == '_' || char.IsLetter(c))
        {
            ScanName();
        }
        else
        {
            ScanOperator();
        }
    }

    private void ScanName()
    {
        var end = _position + 1;
        while (end < text.Length && (text[end] == '_' || char.IsLetterOrDigit(text[end])))
        {
            end++;
        }

        if (end < text.Length && text[end] is '"' or '\'' && IsStringPrefix(text.AsSpan(_position, end - _position)))
        {
            ScanString(end - _position);
            return;
        }

        var name = text[_position..end];
        if (StatementStarts.Contains(name))
        {
            CloseForgottenBrackets();
        }

        Add(Keywords.Contains(name) ? TokenKind.Keyword : TokenKind.Name, name, Span(end - _position));
        _position = end;
    }

    private void ScanOperator()
    {
        foreach (var candidate in Operators)
        {
            if (string.CompareOrdinal(text, _position, candidate, 0, candidate.Length) == 0)
            {
                var token = new Token(TokenKind.Operator, candidate, Span(candidate.Length));
                _tokens.Add(token);
                _position += candidate.Length;
                TrackBracket(token);
                return;
            }
        }

        var length = char.IsSurrogatePair(text, _position) ? 2 : 1;
        Syntax(Span(length), "invalid character");
        Add(TokenKind.Invalid, "", Span(length));
        _position += length;
    }

    private void TrackBracket(Token token)
    {
        switch (token.Text)
        {
            case "(" or "[" or "{":
                _brackets.Add(token);
                break;
            case ")" or "]" or "}" when _brackets.Count > 0:
                _brackets.RemoveAt(_brackets.Count - 1); // which one it closes is the parser's concern
                break;
            default:
                break;
        }
    }

    private void CloseForgottenBrackets()
    {
        if (_brackets.Count == 0 || _tokens[^1].Span.Line == _line)
        {
            return;
        }

        Syntax(_brackets[^1].Span, $"'{_brackets[^1].Text}' was never closed");
        _brackets.Clear();
        EndLine();
        ApplyIndentation(_lineStart, _position);
    }

    private void Syntax(SourceSpan span, string message) =>
        diagnostics.Error(DiagnosticCodes.Syntax, span, "SyntaxError: " + message);

    private void Add(TokenKind kind, string tokenText, SourceSpan span, object? value = null) =>
        _tokens.Add(new Token(kind, tokenText, span, value));

    private SourceSpan Here() => Span(1);

    private SourceSpan Span(int length) => new(_line, _position - _lineStart + 1, length);
}
