using System.Collections.Immutable;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Syntax;

/// <summary>Recursive descent over tokens. An error ends its line; parsing goes on with the next.</summary>
internal sealed partial class Parser
{
    private readonly List<Token> _tokens;
    private readonly CompileLimits _limits;
    private readonly DiagnosticBag _diagnostics;
    private int _index;
    private int _depth;

    private Parser(List<Token> tokens, CompileLimits limits, DiagnosticBag diagnostics)
    {
        _tokens = tokens;
        _limits = limits;
        _diagnostics = diagnostics;
    }

    private Token Current => _tokens[_index];

    /// <summary>Parses a script; all errors are in <paramref name="diagnostics"/>.</summary>
    public static ModuleSyntax ParseModule(string text, CompileLimits limits, DiagnosticBag diagnostics)
    {
        var parser = new Parser(new Scanner(text, limits, diagnostics).Scan(), limits, diagnostics);
        var statements = ImmutableArray.CreateBuilder<StatementSyntax>();
        while (parser.Current.Kind != TokenKind.EndOfFile && !diagnostics.IsFull)
        {
            parser.ParseLine(statements);
        }

        return new ModuleSyntax(statements.ToImmutable());
    }

    /// <summary>Parses one expression, such as an argument of a request; null when it is none.</summary>
    public static ExpressionSyntax? ParseSingleExpression(string text, CompileLimits limits, DiagnosticBag diagnostics)
    {
        var parser = new Parser(new Scanner(text, limits, diagnostics).Scan(), limits, diagnostics);
        try
        {
            var expression = parser.ParseExpressionList();
            parser.ExpectEndOfLine();
            return diagnostics.HasErrors ? null : expression;
        }
        catch (CompileException e)
        {
            diagnostics.Add(e.Diagnostic);
            return null;
        }
    }

    /// <summary>Parses one logical line with the block below it, or skips it after reporting its error.</summary>
    private void ParseLine(ImmutableArray<StatementSyntax>.Builder statements)
    {
        var depth = _depth;
        try
        {
            ParseStatement(statements);
        }
        catch (CompileException e)
        {
            // An Invalid token was reported where it was scanned.
            if (Current.Kind != TokenKind.Invalid)
            {
                _diagnostics.Add(e.Diagnostic);
            }

            _depth = depth;
            SkipLine();
        }
    }

    /// <summary>Moves behind the current line and, when a block follows, behind the block.</summary>
    private void SkipLine()
    {
        if (Current.Kind == TokenKind.Indent)
        {
            SkipBlock(); // lines that are deeper than their statement may be
            return;
        }

        while (Current.Kind is not (TokenKind.Newline or TokenKind.EndOfFile))
        {
            _index++;
        }

        if (Current.Kind == TokenKind.Newline)
        {
            _index++;
        }

        if (Current.Kind == TokenKind.Indent)
        {
            SkipBlock();
        }
    }

    // The errors in a block under a broken header are still worth reporting.
    private void SkipBlock()
    {
        _index++;
        var ignored = ImmutableArray.CreateBuilder<StatementSyntax>();
        if (_depth >= _limits.Nesting)
        {
            _index = _tokens.Count - 1;
            return;
        }

        _depth++;
        while (Current.Kind is not (TokenKind.Dedent or TokenKind.EndOfFile))
        {
            ParseLine(ignored);
        }

        _depth--;
        Take(TokenKind.Dedent);
    }

    private void Enter(SourceSpan span)
    {
        if (++_depth > _limits.Nesting)
        {
            throw new CompileException(
                DiagnosticCodes.Limit, span, $"The script nests deeper than {_limits.Nesting} levels.");
        }
    }

    private Token Next() => _tokens[_index].Kind == TokenKind.EndOfFile ? _tokens[_index] : _tokens[_index++];

    private bool Take(string text)
    {
        if (!Current.Is(text))
        {
            return false;
        }

        _index++;
        return true;
    }

    private bool Take(TokenKind kind)
    {
        if (Current.Kind != kind || kind == TokenKind.EndOfFile)
        {
            return false;
        }

        _index++;
        return true;
    }

    private Token Expect(string text) => Current.Is(text) ? Next() : throw Unexpected($"expected '{text}'");

    private string ExpectName() => Current.Kind == TokenKind.Name ? Next().Text : throw Unexpected("expected a name");

    private void ExpectEndOfLine()
    {
        if (Current.Kind != TokenKind.EndOfFile && !Take(TokenKind.Newline))
        {
            throw Unexpected(null);
        }
    }

    private CompileException Unexpected(string? hint) =>
        new(DiagnosticCodes.Syntax, Current.Span, "SyntaxError: invalid syntax", hint);
}
