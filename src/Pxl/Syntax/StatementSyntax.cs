using System.Collections.Immutable;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Syntax;

/// <summary>A statement as written.</summary>
internal abstract record StatementSyntax(SourceSpan Span);

/// <summary>A whole script.</summary>
internal sealed record ModuleSyntax(ImmutableArray<StatementSyntax> Statements);

/// <summary>import Module as Alias.</summary>
internal sealed record ImportSyntax(SourceSpan Span, string Module, string Alias) : StatementSyntax(Span);

/// <summary>One name of a from-import.</summary>
internal sealed record ImportedName(SourceSpan Span, string Name, string Alias);

/// <summary>from Module import Names.</summary>
internal sealed record FromImportSyntax(SourceSpan Span, string Module, ImmutableArray<ImportedName> Names)
    : StatementSyntax(Span);

/// <summary>a = b = value; Targets holds a and b.</summary>
internal sealed record AssignSyntax(
    SourceSpan Span, ImmutableArray<ExpressionSyntax> Targets, ExpressionSyntax Value) : StatementSyntax(Span);

/// <summary>An expression on a line of its own.</summary>
internal sealed record ExpressionStatementSyntax(SourceSpan Span, ExpressionSyntax Value) : StatementSyntax(Span);

/// <summary>return, with Value null when nothing is returned.</summary>
internal sealed record ReturnSyntax(SourceSpan Span, ExpressionSyntax? Value) : StatementSyntax(Span);

/// <summary>A parameter; Stars is "", "*" or "**".</summary>
internal sealed record ParameterSyntax(
    SourceSpan Span, string Name, string Stars, ExpressionSyntax? Annotation, ExpressionSyntax? Default);

/// <summary>A function definition; the span is that of the name.</summary>
internal sealed record FunctionSyntax(
    SourceSpan Span,
    string Name,
    ImmutableArray<ParameterSyntax> Parameters,
    ImmutableArray<ExpressionSyntax> Decorators,
    ImmutableArray<StatementSyntax> Body) : StatementSyntax(Span);

/// <summary>A statement that Python has and PxL refuses: if, for, while, with, try, class, del, pass, ...</summary>
/// <param name="Span">Where.</param>
/// <param name="TypeName">Kind of the node, as the message names it.</param>
/// <param name="Parts">The expressions of its headers, in the order written.</param>
/// <param name="Blocks">The blocks below its headers, in the order written.</param>
internal sealed record OtherStatementSyntax(
    SourceSpan Span,
    string TypeName,
    ImmutableArray<ExpressionSyntax> Parts,
    ImmutableArray<ImmutableArray<StatementSyntax>> Blocks) : StatementSyntax(Span);
