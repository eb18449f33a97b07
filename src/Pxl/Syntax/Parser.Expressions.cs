using System.Collections.Immutable;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Syntax;

/// <summary>Operators, by precedence climbing.</summary>
internal sealed partial class Parser
{
    private const int OrPrecedence = 1;
    private const int AndPrecedence = 2;
    private const int NotPrecedence = 3;
    private const int ComparePrecedence = 4;
    private const int UnaryPrecedence = 11;
    private const int PowerPrecedence = 12;

    /// <summary>An expression, or a tuple without brackets.</summary>
    private ExpressionSyntax ParseExpressionList()
    {
        var span = Current.Span;
        var first = ParseStarredOrExpression();
        if (!Current.Is(","))
        {
            return first;
        }

        var items = ImmutableArray.CreateBuilder<ExpressionSyntax>();
        items.Add(first);
        while (Take(",") && StartsExpression())
        {
            items.Add(ParseStarredOrExpression());
        }

        return new TupleSyntax(span, items.ToImmutable());
    }

    private ExpressionSyntax ParseStarredOrExpression()
    {
        if (!Current.Is("*"))
        {
            return ParseExpression();
        }

        var span = Next().Span;
        return new OtherExpressionSyntax(span, "Starred", [ParseExpression()]);
    }

    private bool StartsExpression() => Current.Kind switch
    {
        TokenKind.Name or TokenKind.Integer or TokenKind.Float or TokenKind.String => true,
        TokenKind.FormattedString or TokenKind.Invalid => true,
        TokenKind.Keyword => Current.Text is "not" or "lambda" or "yield",
        TokenKind.Operator => Current.Text is "(" or "[" or "{" or "-" or "+" or "~" or "*" or "...",
        _ => false,
    };

    private ExpressionSyntax ParseExpression()
    {
        Enter(Current.Span);
        var expression = ParseConditional();
        _depth--;
        return expression;
    }

    private ExpressionSyntax ParseConditional()
    {
        if (Current.Is("lambda"))
        {
            var span = Next().Span;
            ParseParameters(":", annotated: false);
            Expect(":");
            return new OtherExpressionSyntax(span, "Lambda", [ParseExpression()]);
        }

        if (Current.Is("yield"))
        {
            return ParseYield();
        }

        var value = ParseBinary(OrPrecedence);
        if (!Current.Is("if"))
        {
            return value;
        }

        var ifSpan = Next().Span;
        var condition = ParseBinary(OrPrecedence);
        Expect("else");
        return new OtherExpressionSyntax(ifSpan, "IfExpr", [value, condition, ParseExpression()]);
    }

    private OtherExpressionSyntax ParseYield()
    {
        var span = Next().Span;
        if (Take("from"))
        {
            return new OtherExpressionSyntax(span, "YieldFrom", [ParseExpression()]);
        }

        return new OtherExpressionSyntax(span, "YieldExpr", StartsExpression() ? [ParseExpressionList()] : []);
    }

    private ExpressionSyntax ParseBinary(int minimum)
    {
        var left = ParsePrefix();
        while (true)
        {
            var (text, precedence, tokens) = PeekOperator();
            if (precedence < minimum)
            {
                return left;
            }

            var span = Current.Span;
            _index += tokens;
            left = precedence switch
            {
                OrPrecedence or AndPrecedence => ParseBoolean(left, text, precedence, span),
                ComparePrecedence => ParseComparison(left, text, span),
                _ => new BinarySyntax(span, text, left, ParseOperand(precedence, text)),
            };
        }
    }

    private ExpressionSyntax ParseOperand(int precedence, string text)
    {
        Enter(Current.Span);
        var operand = ParseBinary(text == "**" ? UnaryPrecedence : precedence + 1);
        _depth--;
        return operand;
    }

    private BooleanSyntax ParseBoolean(ExpressionSyntax first, string text, int precedence, SourceSpan span)
    {
        var operands = ImmutableArray.CreateBuilder<ExpressionSyntax>();
        operands.Add(first);
        do
        {
            operands.Add(ParseOperand(precedence, text));
        }
        while (Take(text));

        return new BooleanSyntax(span, text, operands.ToImmutable());
    }

    private CompareSyntax ParseComparison(ExpressionSyntax first, string text, SourceSpan span)
    {
        var operators = ImmutableArray.CreateBuilder<string>();
        var operands = ImmutableArray.CreateBuilder<ExpressionSyntax>();
        operands.Add(first);
        while (true)
        {
            operators.Add(text);
            operands.Add(ParseOperand(ComparePrecedence, text));
            (text, var precedence, var tokens) = PeekOperator();
            if (precedence != ComparePrecedence)
            {
                return new CompareSyntax(span, operators.ToImmutable(), operands.ToImmutable());
            }

            _index += tokens;
        }
    }

    private (string Text, int Precedence, int Tokens) PeekOperator()
    {
        var token = Current;
        if (token.Kind is not (TokenKind.Operator or TokenKind.Keyword))
        {
            return ("", 0, 0);
        }

        var next = _index + 1 < _tokens.Count ? _tokens[_index + 1] : token;
        if (token.Text == "not" && next.Is("in"))
        {
            return ("not in", ComparePrecedence, 2);
        }

        if (token.Text == "is" && next.Is("not"))
        {
            return ("is not", ComparePrecedence, 2);
        }

        return (token.Text, PrecedenceOf(token.Text), 1);
    }

    private static int PrecedenceOf(string text) => text switch
    {
        "or" => OrPrecedence,
        "and" => AndPrecedence,
        "<" or ">" or "<=" or ">=" or "==" or "!=" or "in" or "is" => ComparePrecedence,
        "|" => 5,
        "^" => 6,
        "&" => 7,
        "<<" or ">>" => 8,
        "+" or "-" => 9,
        "*" or "/" or "//" or "%" or "@" => 10,
        "**" => PowerPrecedence,
        _ => 0,
    };

    private ExpressionSyntax ParsePrefix()
    {
        var token = Current;
        var precedence = token.Is("not") ? NotPrecedence
            : token.Is("-") || token.Is("+") || token.Is("~") ? UnaryPrecedence : 0;
        if (precedence == 0)
        {
            return ParsePostfix();
        }

        Enter(token.Span);
        _index++;
        var operand = ParseBinary(precedence);
        _depth--;
        return new UnarySyntax(token.Span, token.Text, operand);
    }
}
