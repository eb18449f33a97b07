using System.Collections.Immutable;

namespace PixieOrleans.Exec;

/// <summary>What an execution has done so far.</summary>
/// <param name="RowsScanned">Rows read from tables.</param>
/// <param name="BytesScanned">Bytes of the cells of these rows, counted per batch of the table.</param>
/// <param name="RowsOut">Rows handed to the sink, results and exchanges together.</param>
/// <param name="AggregateBytes">Bytes held for groups and their states.</param>
/// <param name="PeakBytes">The most bytes held at a time for groups, joins and buffers.</param>
/// <param name="Operators">What every operator has done, in the order of the plan.</param>
public sealed record ExecutionStatistics(
    long RowsScanned,
    long BytesScanned,
    long RowsOut,
    long AggregateBytes,
    long PeakBytes,
    ImmutableArray<OperatorStatistics> Operators)
{
    /// <summary>Rows in the asked range of time that were not read, as no row of their batch could pass.</summary>
    public long RowsSkipped { get; init; }

    /// <summary>Batches of these rows.</summary>
    public int BatchesSkipped { get; init; }
}

/// <summary>What one operator has done.</summary>
/// <param name="NodeId">Id of the plan node.</param>
/// <param name="Kind">Kind of the operator, such as "filter".</param>
/// <param name="RowsIn">Rows taken, of all inputs.</param>
/// <param name="RowsOut">Rows yielded.</param>
/// <param name="BytesOut">Bytes of the cells yielded; a dictionary that batches share counts once.</param>
/// <param name="OwnNs">Time spent here and not in consumers; 0 when no clock was given.</param>
public sealed record OperatorStatistics(
    int NodeId, string Kind, long RowsIn, long RowsOut, long BytesOut, long OwnNs)
{
    /// <summary>Rows of a scan's range of time that it did not read, as no row of their batch could pass.</summary>
    public long RowsSkipped { get; init; }
}
