using System.Collections.Immutable;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Syntax;

/// <summary>Names, literals, brackets, calls and subscripts.</summary>
internal sealed partial class Parser
{
    private ExpressionSyntax ParsePostfix()
    {
        var expression = ParseAtom();
        while (true)
        {
            var span = Current.Span;
            if (Take("."))
            {
                var nameSpan = Current.Span;
                expression = new AttributeSyntax(nameSpan, expression, ExpectName());
            }
            else if (Take("("))
            {
                expression = new CallSyntax(span, expression, ParseArguments());
            }
            else if (Take("["))
            {
                var index = ParseSubscriptIndex();
                Expect("]");
                expression = new SubscriptSyntax(span, expression, index);
            }
            else
            {
                return expression;
            }
        }
    }

    /// <summary>Behind the opening bracket, up to and with the closing one.</summary>
    /// <remarks>
    /// One comma may be missing in front of a keyword argument: scripts in use rely on that.
    /// Arguments with stars are read and left out.
    /// </remarks>
    private ImmutableArray<ArgumentSyntax> ParseArguments()
    {
        var arguments = ImmutableArray.CreateBuilder<ArgumentSyntax>();
        var commaMissing = false;
        while (!Current.Is(")"))
        {
            ParseArgument(arguments);
            if (Take(",") || Current.Is(")"))
            {
                continue;
            }

            if (commaMissing || !AtKeywordArgument())
            {
                throw Unexpected("expected ',' or ')'");
            }

            commaMissing = true;
        }

        Expect(")");
        return arguments.ToImmutable();
    }

    private bool AtKeywordArgument() =>
        Current.Kind == TokenKind.Name && _index + 1 < _tokens.Count && _tokens[_index + 1].Is("=");

    private void ParseArgument(ImmutableArray<ArgumentSyntax>.Builder arguments)
    {
        var span = Current.Span;
        if (Take("*") || Take("**"))
        {
            ParseExpression();
            return;
        }

        if (AtKeywordArgument())
        {
            var name = Next().Text;
            _index++;
            arguments.Add(new ArgumentSyntax(span, name, ParseExpression()));
            return;
        }

        var value = ParseExpression();
        if (Current.Is("for"))
        {
            value = ParseComprehension("Generator", value);
        }

        if (arguments.Count > 0 && arguments[^1].Name is not null)
        {
            throw new CompileException(
                DiagnosticCodes.Syntax, span, "SyntaxError: positional argument follows keyword argument");
        }

        arguments.Add(new ArgumentSyntax(span, null, value));
    }

    private ExpressionSyntax ParseSubscriptIndex()
    {
        var span = Current.Span;
        var first = ParseSlice();
        if (!Current.Is(","))
        {
            return first;
        }

        var items = ImmutableArray.CreateBuilder<ExpressionSyntax>();
        items.Add(first);
        while (Take(",") && !Current.Is("]"))
        {
            items.Add(ParseSlice());
        }

        return new TupleSyntax(span, items.ToImmutable());
    }

    private ExpressionSyntax ParseSlice()
    {
        var span = Current.Span;
        var parts = ImmutableArray.CreateBuilder<ExpressionSyntax>();
        if (!Current.Is(":"))
        {
            var first = ParseExpression();
            if (!Current.Is(":"))
            {
                return first;
            }

            parts.Add(first);
        }

        while (Take(":"))
        {
            if (StartsExpression())
            {
                parts.Add(ParseExpression());
            }
        }

        return new OtherExpressionSyntax(span, "Slice", parts.ToImmutable());
    }

    private ExpressionSyntax ParseAtom()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Name:
                _index++;
                return new NameSyntax(token.Span, token.Text);
            case TokenKind.Integer or TokenKind.Float:
                _index++;
                return new LiteralSyntax(token.Span, token.Value!);
            case TokenKind.String or TokenKind.FormattedString:
                return ParseString();
            default:
                break;
        }

        if (Take("("))
        {
            return ParseParenthesised(token.Span);
        }

        if (Take("["))
        {
            return ParseList(token.Span);
        }

        if (Take("{"))
        {
            return ParseDictOrSet(token.Span);
        }

        return Take("...") ? new OtherExpressionSyntax(token.Span, "Ellipsis", []) : throw Unexpected(null);
    }

    private ExpressionSyntax ParseString()
    {
        var (first, formatted) = (Current, false);
        var parts = new List<string>();
        while (Current.Kind is TokenKind.String or TokenKind.FormattedString)
        {
            formatted |= Current.Kind == TokenKind.FormattedString;
            parts.Add((string)Next().Value!);
        }

        return formatted
            ? new OtherExpressionSyntax(first.Span, "JoinedStr", [])
            : new LiteralSyntax(first.Span, string.Concat(parts));
    }

    private ExpressionSyntax ParseParenthesised(SourceSpan span)
    {
        if (Take(")"))
        {
            return new TupleSyntax(span, []);
        }

        Enter(span);
        var value = ParseExpressionList();
        if (Current.Is("for"))
        {
            value = ParseComprehension("Generator", value);
        }

        Expect(")");
        _depth--;
        return value;
    }

    private ExpressionSyntax ParseList(SourceSpan span)
    {
        var items = ImmutableArray.CreateBuilder<ExpressionSyntax>();
        while (!Current.Is("]"))
        {
            items.Add(ParseStarredOrExpression());
            if (items.Count == 1 && Current.Is("for"))
            {
                var comprehension = ParseComprehension("ListComp", items[0]);
                Expect("]");
                return comprehension;
            }

            if (!Take(","))
            {
                break;
            }
        }

        Expect("]");
        return new ListSyntax(span, items.ToImmutable());
    }

    private ExpressionSyntax ParseDictOrSet(SourceSpan span)
    {
        var pairs = ImmutableArray.CreateBuilder<(ExpressionSyntax, ExpressionSyntax)>();
        while (!Current.Is("}"))
        {
            var key = ParseExpression();
            if (!Take(":"))
            {
                return pairs.Count == 0 ? ParseSet(span, key) : throw Unexpected("expected ':'");
            }

            pairs.Add((key, ParseExpression()));
            if (pairs.Count == 1 && Current.Is("for"))
            {
                var comprehension = ParseComprehension("DictComp", key);
                Expect("}");
                return comprehension;
            }

            if (!Take(","))
            {
                break;
            }
        }

        Expect("}");
        return new DictSyntax(span, pairs.ToImmutable());
    }

    private OtherExpressionSyntax ParseSet(SourceSpan span, ExpressionSyntax first)
    {
        if (Current.Is("for"))
        {
            var comprehension = ParseComprehension("SetComp", first);
            Expect("}");
            return comprehension;
        }

        var items = ImmutableArray.CreateBuilder<ExpressionSyntax>();
        items.Add(first);
        while (Take(",") && !Current.Is("}"))
        {
            items.Add(ParseExpression());
        }

        Expect("}");
        return new OtherExpressionSyntax(span, "Set", items.ToImmutable());
    }

    private OtherExpressionSyntax ParseComprehension(string typeName, ExpressionSyntax element)
    {
        var span = Current.Span;
        var parts = ImmutableArray.CreateBuilder<ExpressionSyntax>();
        parts.Add(element);
        while (Take("for"))
        {
            parts.Add(ParseTargetList());
            Expect("in");
            parts.Add(ParseBinary(OrPrecedence));
            while (Take("if"))
            {
                parts.Add(ParseBinary(OrPrecedence));
            }
        }

        return new OtherExpressionSyntax(span, typeName, parts.ToImmutable());
    }
}
