using System.Collections.Immutable;

namespace PixieOrleans.Grains.Interfaces.Nodes;

/// <summary>The part of a plan that one node runs.</summary>
/// <param name="QueryId">The query it belongs to.</param>
/// <param name="Plan">The fragment, as PlanCodec writes it.</param>
/// <param name="StartNs">Start of the time range that completeness is reported for, ns since 1970.</param>
/// <param name="EndNs">End of that range.</param>
/// <param name="TimeoutMs">Time after which the node gives up by itself.</param>
[GenerateSerializer, Immutable, Alias("pxo.FragmentRequest")]
public sealed record FragmentRequest(
    [property: Id(0)] Guid QueryId,
    [property: Id(1)] byte[] Plan,
    [property: Id(2)] long StartNs,
    [property: Id(3)] long EndNs,
    [property: Id(4)] int TimeoutMs)
{
    /// <summary>Most bytes that operators may hold; null for the node's own bound, which holds in any case.</summary>
    [Id(5)]
    public long? MaxMemoryBytes { get; init; }

    /// <summary>Ask for the figures of every operator.</summary>
    [Id(6)]
    public bool Analyze { get; init; }

    /// <summary>
    /// True when the scans go on with the rows that come, until the reader leaves or the time is up; then a
    /// TimeoutMs of 0 is none.
    /// </summary>
    [Id(7)]
    public bool IsStream { get; init; }
}

/// <summary>What a fragment yields: blocks, then a summary.</summary>
[GenerateSerializer, Immutable, Alias("pxo.FragmentPart")]
public abstract record FragmentPart;

/// <summary>Rows for one channel of the merge part.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Block">The rows, as RowBatchCodec writes them.</param>
/// <param name="Rows">Number of rows.</param>
[GenerateSerializer, Immutable, Alias("pxo.FragmentBlock")]
public sealed record FragmentBlock(
    [property: Id(0)] int Channel, [property: Id(1)] byte[] Block, [property: Id(2)] int Rows) : FragmentPart;

/// <summary>Rows of a stream that expired before they were read, since its start.</summary>
/// <param name="RowsExpired">Number of rows.</param>
[GenerateSerializer, Immutable, Alias("pxo.FragmentLoss")]
public sealed record FragmentLoss([property: Id(0)] long RowsExpired) : FragmentPart;

/// <summary>End of a fragment.</summary>
/// <param name="Statistics">Cost of the fragment.</param>
/// <param name="Completeness">What the node's answer is missing.</param>
[GenerateSerializer, Immutable, Alias("pxo.FragmentSummary")]
public sealed record FragmentSummary(
    [property: Id(0)] FragmentStatistics Statistics, [property: Id(1)] NodeCompleteness Completeness) : FragmentPart
{
    /// <summary>What the operators did, if the request asks for it.</summary>
    [Id(2)]
    public ImmutableArray<OperatorFigures> Operators { get; init; } = [];
}

/// <summary>What one operator of a plan did.</summary>
/// <param name="Id">Id of the plan node.</param>
/// <param name="Kind">Kind of the operator, such as "filter".</param>
/// <param name="RowsIn">Rows taken.</param>
/// <param name="RowsOut">Rows yielded.</param>
/// <param name="BytesOut">Bytes of these rows; null when not measured.</param>
/// <param name="TimeNs">Time of its own; null when not measured.</param>
[GenerateSerializer, Immutable, Alias("pxo.OperatorFigures")]
public readonly record struct OperatorFigures(
    [property: Id(0)] int Id,
    [property: Id(1)] string Kind,
    [property: Id(2)] long RowsIn,
    [property: Id(3)] long RowsOut,
    [property: Id(4)] long? BytesOut,
    [property: Id(5)] long? TimeNs)
{
    /// <summary>Rows in a scan's range of time that were not read, as none of their batch could pass.</summary>
    [Id(6)]
    public long RowsSkipped { get; init; }
}

/// <summary>Cost of a fragment on its node.</summary>
/// <param name="RowsScanned">Rows read from tables.</param>
/// <param name="BytesScanned">Bytes of these rows' wanted columns.</param>
/// <param name="RowsSent">Rows sent to the merge part.</param>
/// <param name="ElapsedNs">Time from the request to the last row.</param>
[GenerateSerializer, Immutable, Alias("pxo.FragmentStatistics")]
public sealed record FragmentStatistics(
    [property: Id(0)] long RowsScanned,
    [property: Id(1)] long BytesScanned,
    [property: Id(2)] long RowsSent,
    [property: Id(3)] long ElapsedNs);
