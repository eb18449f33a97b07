using System.Collections.Immutable;
using PixieOrleans.Exec.Splitting;
using PixieOrleans.Grains.Interfaces.Queries;

namespace PixieOrleans.Grains.Queries;

/// <summary>A compiled query, or the reasons why it does not compile.</summary>
/// <param name="Plan">The plan's parts; null when it does not compile.</param>
/// <param name="Tables">Tables of the answer.</param>
/// <param name="Range">Time range that the query reads.</param>
internal sealed record CompiledQuery(
    DistributedPlan? Plan, ImmutableArray<ResultTable> Tables, TimeRange Range)
{
    /// <summary>Why it does not compile.</summary>
    public ImmutableArray<QueryDiagnostic> Errors { get; init; } = [];

    /// <summary>What is probably not meant.</summary>
    public ImmutableArray<QueryDiagnostic> Warnings { get; init; } = [];

    /// <summary>Rows keep coming until the reader leaves.</summary>
    public bool IsStream { get; init; }

    /// <summary>The answer shows the plan.</summary>
    public bool Explain { get; init; }

    /// <summary>The answer shows what the operators did.</summary>
    public bool Analyze { get; init; }

    /// <summary>A query that does not compile.</summary>
    public static CompiledQuery Rejected(ImmutableArray<QueryDiagnostic> errors) =>
        new(null, [], default) { Errors = errors };
}

/// <summary>Times, ns since 1970, both included; a null start is open.</summary>
internal readonly record struct TimeRange(long? StartNs, long EndNs);
