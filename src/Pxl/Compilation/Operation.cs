using System.Collections.Immutable;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Pxl.Binding;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Compilation;

/// <summary>A call of code of a module, or its import.</summary>
internal sealed record ModuleCall(string Module, SourceSpan Span)
{
    /// <summary>A diagnostic about the module's code, told at the call.</summary>
    public Diagnostic Move(Diagnostic diagnostic) => diagnostic with
    {
        Span = Span,
        Hint = $"in module '{Module}', line {diagnostic.Span.Line}" +
            (diagnostic.Hint is null ? "" : "; " + diagnostic.Hint),
    };
}

/// <summary>An operation on DataFrames as the script asked for it; types and columns are not known yet.</summary>
/// <param name="Span">Where a message about it points.</param>
/// <param name="Inputs">The operations whose rows it takes.</param>
internal abstract record Operation(SourceSpan Span, ImmutableArray<Operation> Inputs)
{
    /// <summary>Position in the graph; inputs have smaller ones.</summary>
    public int Id { get; init; } = -1;

    /// <summary>When code of a module made it: the place of the script that led there.</summary>
    public ModuleCall? Caller { get; init; }
}

/// <summary>An operation on the rows of one other.</summary>
internal abstract record UnaryOperation(SourceSpan Span, Operation Input) : Operation(Span, [Input]);

/// <summary>px.DataFrame.</summary>
internal sealed record ScanOperation(
    SourceSpan Span, string Table, ImmutableArray<string> Select, long? StartNs, long? EndNs) : Operation(Span, [])
{
    /// <summary>Whether it goes on with the rows that come.</summary>
    public bool IsStream { get; init; }
}

/// <summary>px.Function(Arguments) of a table function.</summary>
internal sealed record TableFunctionOperation(
    SourceSpan Span, TableFunctionSignature Function, ImmutableArray<ConstantExpression> Arguments)
    : Operation(Span, []);

/// <summary>df.Column = Value.</summary>
internal sealed record AssignOperation(SourceSpan Span, Operation Input, string Column, Formula Value)
    : UnaryOperation(Span, Input);

/// <summary>df[Columns].</summary>
internal sealed record KeepOperation(SourceSpan Span, Operation Input, ImmutableArray<string> Columns)
    : UnaryOperation(Span, Input);

/// <summary>df.drop(Columns).</summary>
internal sealed record DropOperation(SourceSpan Span, Operation Input, ImmutableArray<string> Columns)
    : UnaryOperation(Span, Input);

/// <summary>df[Predicate].</summary>
internal sealed record FilterOperation(SourceSpan Span, Operation Input, Formula Predicate)
    : UnaryOperation(Span, Input);

/// <summary>df.head(Rows).</summary>
internal sealed record HeadOperation(SourceSpan Span, Operation Input, long Rows) : UnaryOperation(Span, Input);

/// <summary>Name = (Columns..., px.Function) of an agg.</summary>
internal sealed record AggregateSpec(SourceSpan Span, string Name, ImmutableArray<string> Columns, string Function);

/// <summary>df.groupby(GroupBy).agg(Aggregates).</summary>
internal sealed record AggregateOperation(
    SourceSpan Span, Operation Input, ImmutableArray<string> GroupBy, ImmutableArray<AggregateSpec> Aggregates)
    : UnaryOperation(Span, Input);

/// <summary>left.merge(right): pairs of rows whose keys are equal.</summary>
/// <param name="Span">The call.</param>
/// <param name="Left">The DataFrame of the method.</param>
/// <param name="Right">The argument.</param>
/// <param name="How">Which rows without a partner stay.</param>
/// <param name="LeftOn">Key columns on the left.</param>
/// <param name="RightOn">Key columns on the right, as many.</param>
/// <param name="LeftSuffix">Appended to the left columns whose names the right has too.</param>
/// <param name="RightSuffix">Appended to the right columns whose names the left has too.</param>
internal sealed record MergeOperation(
    SourceSpan Span,
    Operation Left,
    Operation Right,
    JoinKind How,
    ImmutableArray<string> LeftOn,
    ImmutableArray<string> RightOn,
    string LeftSuffix,
    string RightSuffix) : Operation(Span, [Left, Right]);

/// <summary>first.append(others): the rows of all of them.</summary>
internal sealed record AppendOperation(SourceSpan Span, ImmutableArray<Operation> Inputs) : Operation(Span, Inputs);
