using System.Collections.Immutable;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Syntax;

/// <summary>Blocks, and the statements that are parsed only to be refused by name.</summary>
internal sealed partial class Parser
{
    private static bool IsCompound(string keyword) =>
        keyword is "if" or "for" or "while" or "with" or "try" or "class";

    private ImmutableArray<StatementSyntax> ParseBlock()
    {
        Enter(Expect(":").Span);
        var statements = ImmutableArray.CreateBuilder<StatementSyntax>();
        if (!Take(TokenKind.Newline))
        {
            ParseStatement(statements); // the block is the rest of the line
            _depth--;
            return statements.ToImmutable();
        }

        if (!Take(TokenKind.Indent))
        {
            _depth--;
            throw new CompileException(
                DiagnosticCodes.Indentation, Current.Span, "IndentationError: expected an indented block");
        }

        while (Current.Kind is not (TokenKind.Dedent or TokenKind.EndOfFile))
        {
            ParseLine(statements);
        }

        _depth--;
        Take(TokenKind.Dedent);
        return statements.ToImmutable();
    }

    private OtherStatementSyntax ParseCompound()
    {
        var keyword = Next();
        var parts = ImmutableArray.CreateBuilder<ExpressionSyntax>();
        var blocks = ImmutableArray.CreateBuilder<ImmutableArray<StatementSyntax>>();
        var typeName = keyword.Text switch
        {
            "if" => "If",
            "for" => "For",
            "while" => "While",
            "with" => "With",
            "class" => "ClassDef",
            _ => "TryExcept",
        };
        ParseHeader(keyword.Text, parts);
        blocks.Add(ParseBlock());
        while (ContinuesWith(keyword.Text))
        {
            ParseHeader(Next().Text, parts);
            blocks.Add(ParseBlock());
        }

        return new OtherStatementSyntax(keyword.Span, typeName, parts.ToImmutable(), blocks.ToImmutable());
    }

    private bool ContinuesWith(string keyword) => Current.Kind == TokenKind.Keyword && (keyword switch
    {
        "if" => Current.Text is "elif" or "else",
        "for" or "while" => Current.Text is "else",
        "try" => Current.Text is "except" or "else" or "finally",
        _ => false,
    });

    private void ParseHeader(string keyword, ImmutableArray<ExpressionSyntax>.Builder parts)
    {
        switch (keyword)
        {
            case "if" or "elif" or "while":
                parts.Add(ParseExpressionList());
                break;
            case "for":
                parts.Add(ParseTargetList());
                Expect("in");
                parts.Add(ParseExpressionList());
                break;
            case "with":
                do
                {
                    parts.Add(ParseExpression());
                    ParseAlias(parts);
                }
                while (Take(","));
                break;
            case "except" when !Current.Is(":"):
                parts.Add(ParseExpressionList());
                ParseAlias(parts);
                break;
            case "class":
                ExpectName();
                if (Take("("))
                {
                    ParseArguments();
                }

                break;
            default:
                break;
        }
    }

    private void ParseAlias(ImmutableArray<ExpressionSyntax>.Builder parts)
    {
        if (Take("as"))
        {
            parts.Add(ParsePostfix());
        }
    }

    /// <summary>Targets of for and of comprehensions: no comparison, so that "in" is left alone.</summary>
    private ExpressionSyntax ParseTargetList()
    {
        var span = Current.Span;
        var items = ImmutableArray.CreateBuilder<ExpressionSyntax>();
        do
        {
            items.Add(ParsePostfix());
        }
        while (Take(",") && !Current.Is("in"));

        return items.Count == 1 ? items[0] : new TupleSyntax(span, items.ToImmutable());
    }

    private OtherStatementSyntax ParseRefusedSimple()
    {
        var keyword = Next();
        var parts = ImmutableArray.CreateBuilder<ExpressionSyntax>();
        if (!AtEndOfStatement())
        {
            parts.Add(ParseExpressionList());
            if (keyword.Is("raise") && Take("from"))
            {
                parts.Add(ParseExpression());
            }
        }

        var typeName = keyword.Text switch
        {
            "del" => "Delete",
            _ => char.ToUpperInvariant(keyword.Text[0]) + keyword.Text[1..],
        };
        return new OtherStatementSyntax(keyword.Span, typeName, parts.ToImmutable(), []);
    }
}
