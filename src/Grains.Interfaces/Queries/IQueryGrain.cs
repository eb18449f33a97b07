namespace PixieOrleans.Grains.Interfaces.Queries;

/// <summary>
/// One query: compiles, asks all nodes, merges, streams. Key: the query's id. Lives on the silo that received it.
/// </summary>
[Alias("pxo.IQueryGrain")]
public interface IQueryGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Runs the query, once. Yields one <see cref="QueryRejected"/> when it does not compile; else
    /// <see cref="QueryStarted"/>, blocks of rows, and a <see cref="QuerySummary"/> or <see cref="QueryFailed"/>.
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
    [property: Id(2)] long? MaxRows = null);
