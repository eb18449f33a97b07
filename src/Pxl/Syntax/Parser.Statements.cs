using System.Collections.Immutable;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Syntax;

/// <summary>Simple statements and functions.</summary>
internal sealed partial class Parser
{
    private static readonly ImmutableArray<string> AugmentedOperators =
        ["+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", "//=", "**=", ">>=", "<<="];

    private void ParseStatement(ImmutableArray<StatementSyntax>.Builder statements)
    {
        var token = Current;
        if (token.Is("@"))
        {
            statements.Add(ParseDecorated());
        }
        else if (token.Is("def"))
        {
            statements.Add(ParseFunction([]));
        }
        else if (token.Kind == TokenKind.Keyword && IsCompound(token.Text))
        {
            statements.Add(ParseCompound());
        }
        else
        {
            do
            {
                statements.Add(ParseSimple());
            }
            while (Take(";") && Current.Kind is not (TokenKind.Newline or TokenKind.EndOfFile));

            ExpectEndOfLine();
        }
    }

    private StatementSyntax ParseSimple()
    {
        var token = Current;
        if (token.Kind == TokenKind.Keyword)
        {
            switch (token.Text)
            {
                case "import":
                    return ParseImport();
                case "from":
                    return ParseFromImport();
                case "return":
                    _index++;
                    return new ReturnSyntax(token.Span, AtEndOfStatement() ? null : ParseExpressionList());
                case "pass" or "break" or "continue" or "global" or "nonlocal" or "del" or "assert" or "raise":
                    return ParseRefusedSimple();
                default:
                    break;
            }
        }

        return ParseAssignment();
    }

    private bool AtEndOfStatement() =>
        Current.Kind is TokenKind.Newline or TokenKind.EndOfFile || Current.Is(";");

    private StatementSyntax ParseAssignment()
    {
        var start = Current.Span;
        var first = ParseExpressionList();
        if (Current.Kind == TokenKind.Operator && AugmentedOperators.Contains(Current.Text))
        {
            var span = Next().Span;
            return new OtherStatementSyntax(span, "AugAssign", [first, ParseExpressionList()], []);
        }

        if (Current.Is(":"))
        {
            return ParseAnnotatedAssignment(first);
        }

        if (!Current.Is("="))
        {
            return new ExpressionStatementSyntax(start, first);
        }

        var equals = Current.Span;
        var targets = ImmutableArray.CreateBuilder<ExpressionSyntax>();
        var value = first;
        while (Take("="))
        {
            CheckTarget(value);
            targets.Add(value);
            value = ParseExpressionList();
        }

        return new AssignSyntax(equals, targets.ToImmutable(), value);
    }

    private OtherStatementSyntax ParseAnnotatedAssignment(ExpressionSyntax target)
    {
        var span = Expect(":").Span;
        CheckTarget(target);
        var annotation = ParseExpression();
        return Take("=")
            ? new OtherStatementSyntax(span, "AnnAssign", [target, annotation, ParseExpressionList()], [])
            : new OtherStatementSyntax(span, "AnnAssign", [target, annotation], []);
    }

    private static void CheckTarget(ExpressionSyntax target)
    {
        if (target is not (NameSyntax or AttributeSyntax or SubscriptSyntax or TupleSyntax or ListSyntax))
        {
            throw new CompileException(
                DiagnosticCodes.Syntax, target.Span, "SyntaxError: cannot assign to this expression");
        }
    }

    private ImportSyntax ParseImport()
    {
        var span = Next().Span;
        var module = ParseDottedName();
        var alias = Take("as") ? ExpectName() : module;
        if (Current.Is(","))
        {
            throw Unexpected("one module per import statement");
        }

        return new ImportSyntax(span, module, alias);
    }

    private FromImportSyntax ParseFromImport()
    {
        var span = Next().Span;
        if (Current.Is(".") || Current.Is("..."))
        {
            throw Unexpected("imports relative to a package do not exist");
        }

        var module = ParseDottedName();
        Expect("import");
        if (Current.Is("*"))
        {
            throw Unexpected("name what is to be imported");
        }

        var bracket = Take("(");
        var names = ImmutableArray.CreateBuilder<ImportedName>();
        do
        {
            var nameSpan = Current.Span;
            var name = ExpectName();
            names.Add(new ImportedName(nameSpan, name, Take("as") ? ExpectName() : name));
        }
        while (Take(",") && !(bracket && Current.Is(")")));

        if (bracket)
        {
            Expect(")");
        }

        return new FromImportSyntax(span, module, names.ToImmutable());
    }

    private string ParseDottedName()
    {
        var name = ExpectName();
        while (Take("."))
        {
            name += "." + ExpectName();
        }

        return name;
    }

    private StatementSyntax ParseDecorated()
    {
        var decorators = ImmutableArray.CreateBuilder<ExpressionSyntax>();
        while (Take("@"))
        {
            decorators.Add(ParseExpression());
            ExpectEndOfLine();
        }

        return Current.Is("class") ? ParseCompound() : ParseFunction(decorators.ToImmutable());
    }

    private FunctionSyntax ParseFunction(ImmutableArray<ExpressionSyntax> decorators)
    {
        Expect("def");
        var span = Current.Span;
        var name = ExpectName();
        Expect("(");
        var parameters = ParseParameters(")", annotated: true);
        Expect(")");
        if (Take("->"))
        {
            ParseExpression(); // the type of the result is not used
        }

        return new FunctionSyntax(span, name, parameters, decorators, ParseBlock());
    }

    private ImmutableArray<ParameterSyntax> ParseParameters(string end, bool annotated)
    {
        var parameters = ImmutableArray.CreateBuilder<ParameterSyntax>();
        while (!Current.Is(end))
        {
            var span = Current.Span;
            var stars = Take("**") ? "**" : Take("*") ? "*" : "";
            var name = stars == "*" && (Current.Is(",") || Current.Is(end)) ? "" : ExpectName();
            var annotation = annotated && Take(":") ? ParseExpression() : null;
            var byDefault = Take("=") ? ParseExpression() : null;
            if (name.Length > 0 && parameters.Any(parameter => parameter.Name == name))
            {
                throw new CompileException(
                    DiagnosticCodes.Syntax, span, $"SyntaxError: duplicate argument '{name}' in function definition");
            }

            parameters.Add(new ParameterSyntax(span, name, stars, annotation, byDefault));
            if (!Take(","))
            {
                break;
            }
        }

        return parameters.ToImmutable();
    }
}
