using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;

namespace PixieOrleans.Plans.Nodes;

/// <summary>One operator of a plan.</summary>
/// <param name="Id">Unique within the plan.</param>
/// <param name="Inputs">Ids of the nodes whose rows it takes.</param>
/// <param name="Columns">Columns of the rows it yields, in order, names unique.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TableScanNode), "scan")]
[JsonDerivedType(typeof(MapNode), "map")]
[JsonDerivedType(typeof(FilterNode), "filter")]
[JsonDerivedType(typeof(LimitNode), "limit")]
[JsonDerivedType(typeof(AggregateNode), "aggregate")]
[JsonDerivedType(typeof(ResultNode), "result")]
[JsonDerivedType(typeof(JoinNode), "join")]
[JsonDerivedType(typeof(UnionNode), "union")]
[JsonDerivedType(typeof(TableFunctionNode), "tableFunction")]
[JsonDerivedType(typeof(ExchangeSourceNode), "exchangeSource")]
[JsonDerivedType(typeof(ExchangeSinkNode), "exchangeSink")]
public abstract record PlanNode(int Id, ImmutableArray<int> Inputs, ImmutableArray<ColumnSchema> Columns);

/// <summary>Rows of a table within a time range (both ends included, ns since 1970).</summary>
public sealed record TableScanNode(
    int Id, ImmutableArray<ColumnSchema> Columns, string Table, long? StartNs, long? EndNs)
    : PlanNode(Id, [], Columns)
{
    /// <summary>Conditions that every row that matters fulfils; batches which cannot fulfil one are skipped.</summary>
    /// <remarks>Rows that do not fulfil them may still be read: the filter stays in the plan.</remarks>
    public ImmutableArray<ScanBound> Bounds { get; init; } = [];

    /// <summary>True for a scan that goes on with the rows that come, until it is cancelled.</summary>
    public bool IsStream { get; init; }
}

/// <summary>A condition on one column of a scan.</summary>
/// <param name="Column">Name of the column.</param>
/// <param name="Function">equal, lessThan, lessThanEqual, greaterThan or greaterThanEqual; the column is left.</param>
/// <param name="Value">What it is compared with, of the column's type.</param>
public sealed record ScanBound(string Column, string Function, ConstantExpression Value);

/// <summary>Rows that a function of the table function catalog yields.</summary>
public sealed record TableFunctionNode(
    int Id, ImmutableArray<ColumnSchema> Columns, string Function, ImmutableArray<ConstantExpression> Arguments)
    : PlanNode(Id, [], Columns);

/// <summary>Computes the output columns; column i is Values[i].</summary>
public sealed record MapNode(
    int Id, ImmutableArray<int> Inputs, ImmutableArray<ColumnSchema> Columns, ImmutableArray<Expression> Values)
    : PlanNode(Id, Inputs, Columns);

/// <summary>Rows for which a Boolean expression is true.</summary>
public sealed record FilterNode(
    int Id, ImmutableArray<int> Inputs, ImmutableArray<ColumnSchema> Columns, Expression Predicate)
    : PlanNode(Id, Inputs, Columns);

/// <summary>The first rows, in arrival order.</summary>
public sealed record LimitNode(
    int Id, ImmutableArray<int> Inputs, ImmutableArray<ColumnSchema> Columns, long Rows)
    : PlanNode(Id, Inputs, Columns);

/// <summary>Which half of an aggregation a node computes.</summary>
public enum AggregateMode
{
    /// <summary>Rows to values.</summary>
    Complete,

    /// <summary>Rows to states: group columns, then one String column of serialised state per aggregate.</summary>
    Partial,

    /// <summary>States of many Partial nodes to values.</summary>
    Final,
}

/// <summary>One aggregate of an aggregation.</summary>
/// <param name="Name">Output column.</param>
/// <param name="Function">Aggregate function; the overload is chosen by the exact types of the arguments.</param>
/// <param name="Arguments">Input columns. In mode Final the types still are those of the rows, while the input's
/// column of this Name holds the state.</param>
public sealed record AggregateCall(string Name, string Function, ImmutableArray<ColumnExpression> Arguments);

/// <summary>Groups rows by key columns. Output: keys in order, then aggregates in order.</summary>
public sealed record AggregateNode(
    int Id,
    ImmutableArray<int> Inputs,
    ImmutableArray<ColumnSchema> Columns,
    ImmutableArray<string> GroupBy,
    ImmutableArray<AggregateCall> Aggregates,
    AggregateMode Mode)
    : PlanNode(Id, Inputs, Columns);

/// <summary>Which rows without a partner a join yields.</summary>
public enum JoinKind
{
    /// <summary>None.</summary>
    Inner,

    /// <summary>Those of the left input.</summary>
    Left,

    /// <summary>Those of the right input.</summary>
    Right,

    /// <summary>Those of both.</summary>
    Outer,
}

/// <summary>
/// Pairs of rows of two inputs whose keys are equal. Output: the left input's columns in order, then the right's, under
/// the names of <see cref="PlanNode.Columns"/>; cells of a missing partner are their type's zero.
/// </summary>
/// <param name="Id">Unique within the plan.</param>
/// <param name="Inputs">Left, then right; they may be the same node.</param>
/// <param name="Columns">Names and types of the output.</param>
/// <param name="How">Which rows without a partner are yielded.</param>
/// <param name="LeftKeys">Key columns of the left input; none: every row meets every row.</param>
/// <param name="RightKeys">Key columns of the right input, of the same types.</param>
public sealed record JoinNode(
    int Id,
    ImmutableArray<int> Inputs,
    ImmutableArray<ColumnSchema> Columns,
    JoinKind How,
    ImmutableArray<string> LeftKeys,
    ImmutableArray<string> RightKeys)
    : PlanNode(Id, Inputs, Columns);

/// <summary>
/// All rows of several inputs, which have these columns by name and type in any order. With a column time_ of type
/// Time64Ns rows of ordered inputs come out in its order.
/// </summary>
public sealed record UnionNode(int Id, ImmutableArray<int> Inputs, ImmutableArray<ColumnSchema> Columns)
    : PlanNode(Id, Inputs, Columns);

/// <summary>A table of the answer.</summary>
public sealed record ResultNode(
    int Id, ImmutableArray<int> Inputs, ImmutableArray<ColumnSchema> Columns, string Name)
    : PlanNode(Id, Inputs, Columns);

/// <summary>In the merge part: rows that the nodes' fragments send on a channel.</summary>
public sealed record ExchangeSourceNode(int Id, ImmutableArray<ColumnSchema> Columns, int Channel)
    : PlanNode(Id, [], Columns);

/// <summary>In a fragment: sends its rows to the merge part on a channel.</summary>
public sealed record ExchangeSinkNode(
    int Id, ImmutableArray<int> Inputs, ImmutableArray<ColumnSchema> Columns, int Channel)
    : PlanNode(Id, Inputs, Columns);
