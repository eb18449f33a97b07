using System.Collections.Immutable;
using PixieOrleans.Pxl.Binding;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Compilation;

/// <summary>An operation on DataFrames as the script asked for it; types and columns are not known yet.</summary>
/// <param name="Span">Where a message about it points.</param>
/// <param name="Input">The operation whose rows it takes, or null.</param>
internal abstract record Operation(SourceSpan Span, Operation? Input)
{
    /// <summary>Position in the graph; inputs have smaller ones.</summary>
    public int Id { get; init; } = -1;
}

/// <summary>px.DataFrame.</summary>
internal sealed record ScanOperation(
    SourceSpan Span, string Table, ImmutableArray<string> Select, long? StartNs, long? EndNs) : Operation(Span, null);

/// <summary>df.Column = Value.</summary>
internal sealed record AssignOperation(SourceSpan Span, Operation Input, string Column, Formula Value)
    : Operation(Span, Input);

/// <summary>df[Columns].</summary>
internal sealed record KeepOperation(SourceSpan Span, Operation Input, ImmutableArray<string> Columns)
    : Operation(Span, Input);

/// <summary>df.drop(Columns).</summary>
internal sealed record DropOperation(SourceSpan Span, Operation Input, ImmutableArray<string> Columns)
    : Operation(Span, Input);

/// <summary>df[Predicate].</summary>
internal sealed record FilterOperation(SourceSpan Span, Operation Input, Formula Predicate) : Operation(Span, Input);

/// <summary>df.head(Rows).</summary>
internal sealed record HeadOperation(SourceSpan Span, Operation Input, long Rows) : Operation(Span, Input);

/// <summary>Name = (Columns..., px.Function) of an agg.</summary>
internal sealed record AggregateSpec(SourceSpan Span, string Name, ImmutableArray<string> Columns, string Function);

/// <summary>df.groupby(GroupBy).agg(Aggregates).</summary>
internal sealed record AggregateOperation(
    SourceSpan Span, Operation Input, ImmutableArray<string> GroupBy, ImmutableArray<AggregateSpec> Aggregates)
    : Operation(Span, Input);
