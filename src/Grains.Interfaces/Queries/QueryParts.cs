using System.Collections.Immutable;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Model;

namespace PixieOrleans.Grains.Interfaces.Queries;

/// <summary>A piece of a query's answer.</summary>
[GenerateSerializer, Immutable, Alias("pxo.QueryPart")]
public abstract record QueryPart;

/// <summary>The query does not compile; the only part.</summary>
/// <param name="Diagnostics">What is wrong, in order of position.</param>
[GenerateSerializer, Immutable, Alias("pxo.QueryRejected")]
public sealed record QueryRejected([property: Id(0)] ImmutableArray<QueryDiagnostic> Diagnostics) : QueryPart;

/// <summary>The query compiles and was sent to the nodes.</summary>
/// <param name="Tables">Every table of the answer, also those that will get no rows.</param>
/// <param name="Nodes">The nodes that were asked.</param>
[GenerateSerializer, Immutable, Alias("pxo.QueryStarted")]
public sealed record QueryStarted(
    [property: Id(0)] ImmutableArray<ResultTable> Tables, [property: Id(1)] ImmutableArray<string> Nodes) : QueryPart
{
    /// <summary>What in the script is probably not meant, in order of position.</summary>
    [Id(2)]
    public ImmutableArray<QueryDiagnostic> Warnings { get; init; } = [];

    /// <summary>True when rows keep coming until the reader leaves.</summary>
    [Id(3)]
    public bool IsStream { get; init; }
}

/// <summary>In a stream: rows of a node expired before they were read, because the reader is slow.</summary>
/// <param name="Node">The node.</param>
/// <param name="RowsExpired">Number of its rows since the start of the stream.</param>
[GenerateSerializer, Immutable, Alias("pxo.QueryLoss")]
public sealed record QueryLoss(
    [property: Id(0)] string Node, [property: Id(1)] long RowsExpired) : QueryPart;

/// <summary>Rows of one table.</summary>
/// <param name="Table">Position of the table in <see cref="QueryStarted.Tables"/>.</param>
/// <param name="Block">The rows; read with <see cref="IRowBlockReader"/>.</param>
/// <param name="Rows">Number of rows.</param>
[GenerateSerializer, Immutable, Alias("pxo.QueryBlock")]
public sealed record QueryBlock(
    [property: Id(0)] int Table, [property: Id(1)] byte[] Block, [property: Id(2)] int Rows) : QueryPart;

/// <summary>How the query was run; precedes the end when the request or the script asks for it.</summary>
/// <param name="Fragment">The part of the plan that every node runs, as text.</param>
/// <param name="Merge">The part that joins the nodes' rows, as text.</param>
/// <param name="Parts">What the operators did; empty unless analyze was asked for.</param>
[GenerateSerializer, Immutable, Alias("pxo.QueryExplanation")]
public sealed record QueryExplanation(
    [property: Id(0)] string Fragment,
    [property: Id(1)] string Merge,
    [property: Id(2)] ImmutableArray<PartFigures> Parts) : QueryPart;

/// <summary>What the operators of one part of a plan did.</summary>
/// <param name="Node">The node; empty for the merge part.</param>
/// <param name="Operators">Its operators, in the order of the plan.</param>
[GenerateSerializer, Immutable, Alias("pxo.PartFigures")]
public sealed record PartFigures(
    [property: Id(0)] string Node, [property: Id(1)] ImmutableArray<OperatorFigures> Operators);

/// <summary>End of an answer, which may be partial: <see cref="Nodes"/> says so.</summary>
/// <param name="Nodes">Completeness per node, also of nodes which should have been asked but are gone.</param>
/// <param name="Statistics">Cost of the query.</param>
[GenerateSerializer, Immutable, Alias("pxo.QuerySummary")]
public sealed record QuerySummary(
    [property: Id(0)] ImmutableArray<NodeCompleteness> Nodes,
    [property: Id(1)] QueryStatistics Statistics) : QueryPart;

/// <summary>End of an answer that is of no use.</summary>
/// <param name="Code">Kind of failure, for programs.</param>
/// <param name="Message">What failed, for people.</param>
[GenerateSerializer, Immutable, Alias("pxo.QueryFailed")]
public sealed record QueryFailed(
    [property: Id(0)] string Code, [property: Id(1)] string Message) : QueryPart
{
    /// <summary>The query needs more than a bound of the silo allows.</summary>
    public const string LimitCode = "limit";

    /// <summary>The script changes what is traced, which cannot be done yet.</summary>
    public const string MutationCode = "mutation";

    /// <summary>The script sends rows elsewhere, which cannot be done yet.</summary>
    public const string ExportCode = "export";

    /// <summary>The plan cannot be run.</summary>
    public const string PlanCode = "plan";

    /// <summary>The deadline passed before there was anything to merge.</summary>
    public const string DeadlineCode = "deadline";
}

/// <summary>A table of an answer.</summary>
/// <param name="Name">Name given by the query.</param>
/// <param name="Columns">Its columns.</param>
[GenerateSerializer, Immutable, Alias("pxo.ResultTable")]
public sealed record ResultTable(
    [property: Id(0)] string Name, [property: Id(1)] ImmutableArray<ColumnSchema> Columns);

/// <summary>One finding of the compiler.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Code">Kind of finding.</param>
/// <param name="Message">Text for people.</param>
/// <param name="SourceLine">The line it is about; may be empty.</param>
[GenerateSerializer, Immutable, Alias("pxo.QueryDiagnostic")]
public sealed record QueryDiagnostic(
    [property: Id(0)] int Line,
    [property: Id(1)] int Column,
    [property: Id(2)] string Code,
    [property: Id(3)] string Message,
    [property: Id(4)] string SourceLine);

/// <summary>Cost of a query.</summary>
/// <param name="CompileNs">Time to compile.</param>
/// <param name="TotalNs">Time from receipt to the last row.</param>
/// <param name="RowsScanned">Rows that the nodes read.</param>
/// <param name="BytesScanned">Bytes that the nodes read.</param>
/// <param name="RowsReturned">Rows of the answer.</param>
/// <param name="RowLimitReached">True when a table was cut at the row limit of the request or the silo.</param>
[GenerateSerializer, Immutable, Alias("pxo.QueryStatistics")]
public sealed record QueryStatistics(
    [property: Id(0)] long CompileNs,
    [property: Id(1)] long TotalNs,
    [property: Id(2)] long RowsScanned,
    [property: Id(3)] long BytesScanned,
    [property: Id(4)] long RowsReturned,
    [property: Id(5)] bool RowLimitReached);
