using System.Collections.Immutable;

namespace PixieOrleans.Exec;

/// <summary>What an execution has done so far.</summary>
/// <param name="RowsScanned">Rows read from tables.</param>
/// <param name="BytesScanned">Bytes of the cells of these rows, counted per batch of the table.</param>
/// <param name="RowsOut">Rows handed to the sink, results and exchanges together.</param>
/// <param name="AggregateBytes">Bytes held for groups and their states.</param>
/// <param name="Operators">Rows of every operator, in the order of the plan.</param>
public sealed record ExecutionStatistics(
    long RowsScanned,
    long BytesScanned,
    long RowsOut,
    long AggregateBytes,
    ImmutableArray<OperatorStatistics> Operators);

/// <summary>Rows that passed one operator.</summary>
/// <param name="NodeId">Id of the plan node.</param>
/// <param name="Kind">Kind of the operator, such as "filter".</param>
/// <param name="RowsIn">Rows taken.</param>
/// <param name="RowsOut">Rows yielded.</param>
public sealed record OperatorStatistics(int NodeId, string Kind, long RowsIn, long RowsOut);
