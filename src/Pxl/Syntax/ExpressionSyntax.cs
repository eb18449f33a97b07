using System.Collections.Immutable;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Syntax;

/// <summary>An expression as written. The span is where a message about it points.</summary>
internal abstract record ExpressionSyntax(SourceSpan Span);

/// <summary>A name.</summary>
internal sealed record NameSyntax(SourceSpan Span, string Name) : ExpressionSyntax(Span);

/// <summary>A number or text; Value is a long, a double or a string.</summary>
internal sealed record LiteralSyntax(SourceSpan Span, object Value) : ExpressionSyntax(Span);

/// <summary>[a, b].</summary>
internal sealed record ListSyntax(SourceSpan Span, ImmutableArray<ExpressionSyntax> Items) : ExpressionSyntax(Span);

/// <summary>a, b or (a, b).</summary>
internal sealed record TupleSyntax(SourceSpan Span, ImmutableArray<ExpressionSyntax> Items) : ExpressionSyntax(Span);

/// <summary>{a: b}.</summary>
internal sealed record DictSyntax(
    SourceSpan Span, ImmutableArray<(ExpressionSyntax Key, ExpressionSyntax Value)> Items) : ExpressionSyntax(Span);

/// <summary>target.Name; the span is that of the name.</summary>
internal sealed record AttributeSyntax(SourceSpan Span, ExpressionSyntax Target, string Name) : ExpressionSyntax(Span);

/// <summary>target[index]; the span is that of the bracket.</summary>
internal sealed record SubscriptSyntax(SourceSpan Span, ExpressionSyntax Target, ExpressionSyntax Index)
    : ExpressionSyntax(Span);

/// <summary>One argument of a call; Name is null for a positional one.</summary>
internal sealed record ArgumentSyntax(SourceSpan Span, string? Name, ExpressionSyntax Value);

/// <summary>target(arguments); the span is that of the bracket.</summary>
internal sealed record CallSyntax(
    SourceSpan Span, ExpressionSyntax Target, ImmutableArray<ArgumentSyntax> Arguments) : ExpressionSyntax(Span);

/// <summary>-a, +a, ~a, not a.</summary>
internal sealed record UnarySyntax(SourceSpan Span, string Operator, ExpressionSyntax Operand)
    : ExpressionSyntax(Span);

/// <summary>Arithmetic and bit operators; the span is that of the operator.</summary>
internal sealed record BinarySyntax(
    SourceSpan Span, string Operator, ExpressionSyntax Left, ExpressionSyntax Right) : ExpressionSyntax(Span);

/// <summary>a and b and c, a or b; all operands of an unparenthesised run.</summary>
internal sealed record BooleanSyntax(
    SourceSpan Span, string Operator, ImmutableArray<ExpressionSyntax> Operands) : ExpressionSyntax(Span);

/// <summary>a &lt; b &lt; c; one more operand than operators.</summary>
internal sealed record CompareSyntax(
    SourceSpan Span, ImmutableArray<string> Operators, ImmutableArray<ExpressionSyntax> Operands)
    : ExpressionSyntax(Span);

/// <summary>An expression that Python has and PxL refuses: lambda, comprehension, slice, set, ...</summary>
/// <param name="Span">Where.</param>
/// <param name="TypeName">Kind of the node, as the message names it.</param>
/// <param name="Parts">The expressions in it, in the order written.</param>
internal sealed record OtherExpressionSyntax(
    SourceSpan Span, string TypeName, ImmutableArray<ExpressionSyntax> Parts) : ExpressionSyntax(Span);
