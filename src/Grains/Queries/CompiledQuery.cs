using System.Collections.Immutable;
using PixieOrleans.Exec.Splitting;
using PixieOrleans.Grains.Interfaces.Queries;

namespace PixieOrleans.Grains.Queries;

/// <summary>A compiled query, or the reasons why it cannot be run.</summary>
/// <param name="Plan">The plan's parts; null when it cannot be run.</param>
/// <param name="Tables">Tables of the answer.</param>
/// <param name="Range">Time range that the query reads.</param>
internal sealed record CompiledQuery(
    DistributedPlan? Plan, ImmutableArray<ResultTable> Tables, TimeRange Range)
{
    /// <summary>Why it does not compile.</summary>
    public ImmutableArray<QueryDiagnostic> Errors { get; init; } = [];

    /// <summary>What the query asks for besides an answer and cannot get, or null.</summary>
    public QueryFailed? Failure { get; init; }

    /// <summary>What is probably not meant.</summary>
    public ImmutableArray<QueryDiagnostic> Warnings { get; init; } = [];

    /// <summary>Rows keep coming until the reader leaves.</summary>
    public bool IsStream { get; init; }

    /// <summary>The answer shows the plan.</summary>
    public bool Explain { get; init; }

    /// <summary>The answer shows what the operators did.</summary>
    public bool Analyze { get; init; }

    /// <summary>A query that asks for what there is not.</summary>
    public static CompiledQuery Failed(string code, string message) =>
        new(null, [], default) { Failure = new QueryFailed(code, message) };

    /// <summary>A query that does not compile, for a reason that belongs to no place in its text.</summary>
    public static CompiledQuery Rejected(string code, string message) =>
        Rejected([new QueryDiagnostic(0, 0, code, message, "")]);

    /// <summary>A query that does not compile.</summary>
    public static CompiledQuery Rejected(ImmutableArray<QueryDiagnostic> errors) =>
        new(null, [], default) { Errors = errors };
}

/// <summary>Times, ns since 1970, both included; a null start is open.</summary>
internal readonly record struct TimeRange(long? StartNs, long EndNs);
