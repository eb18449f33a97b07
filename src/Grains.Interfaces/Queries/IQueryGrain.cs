using System.Collections.Immutable;

namespace PixieOrleans.Grains.Interfaces.Queries;

/// <summary>
/// One query: compiles, asks all nodes, merges, streams. Key: the query's id. Lives on the silo that received it.
/// </summary>
[Alias("pxo.IQueryGrain")]
public interface IQueryGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Runs the query, once. Yields one <see cref="QueryRejected"/> when it does not compile; else
    /// <see cref="QueryStarted"/>, blocks of rows, a <see cref="QueryExplanation"/> if one was asked for, and a
    /// <see cref="QuerySummary"/> or <see cref="QueryFailed"/>.
    /// A part holds at most one block (1 MiB): ask for few parts per batch. Ending the enumeration stops the
    /// nodes' work. Time spent waiting for the reader counts toward the deadline.
    /// </summary>
    [Alias("Run")]
    IAsyncEnumerable<QueryPart> RunAsync(QueryRequest request, CancellationToken cancellationToken = default);
}

/// <summary>A query.</summary>
/// <param name="Text">PxL text.</param>
/// <param name="TimeoutMs">Deadline from receipt to last row; null for the silo's default.</param>
/// <param name="MaxRows">Most rows per table; null for the silo's default.</param>
[GenerateSerializer, Immutable, Alias("pxo.QueryRequest")]
public sealed record QueryRequest(
    [property: Id(0)] string Text,
    [property: Id(1)] int? TimeoutMs = null,
    [property: Id(2)] long? MaxRows = null)
{
    /// <summary>Functions of the script to run for the answer; when there are any, px.display does nothing.</summary>
    [Id(3)]
    public ImmutableArray<FunctionCall> Functions { get; init; } = [];

    /// <summary>True when the sender expects the script to change what is traced.</summary>
    [Id(4)]
    public bool IsMutation { get; init; }

    /// <summary>Ask for the plan, as "#px:set explain=true" in the script does.</summary>
    [Id(5)]
    public bool Explain { get; init; }

    /// <summary>Ask for the figures of every operator, as "#px:set analyze=true" does.</summary>
    [Id(6)]
    public bool Analyze { get; init; }

    /// <summary>
    /// Most bytes that operators may hold, at each node and in the merge part; null for the silos' own bounds, which
    /// hold in any case.
    /// </summary>
    [Id(7)]
    public long? MaxMemoryBytes { get; init; }
}

/// <summary>A function of a script to run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Arguments">Its arguments by name.</param>
/// <param name="Output">Name of the result table; several results are "output[0]", "output[1]", ...</param>
[GenerateSerializer, Immutable, Alias("pxo.FunctionCall")]
public sealed record FunctionCall(
    [property: Id(0)] string Name,
    [property: Id(1)] ImmutableArray<FunctionArgument> Arguments,
    [property: Id(2)] string Output);

/// <summary>An argument as text; the parameter's annotation in the script says how to read it.</summary>
/// <param name="Name">Name of the parameter.</param>
/// <param name="Value">The text.</param>
[GenerateSerializer, Immutable, Alias("pxo.FunctionArgument")]
public sealed record FunctionArgument([property: Id(0)] string Name, [property: Id(1)] string Value);
