namespace PixieOrleans.Api.Contracts;

/// <summary>Body of POST /api/v1/query as JSON: a text or the name of a script, and how to run it.</summary>
/// <param name="Query">PxL text.</param>
/// <param name="TimeoutMs">Deadline from receipt to last row, ms; the silo's default when absent.</param>
/// <param name="MaxRows">Most rows per table; the silo's default when absent.</param>
/// <param name="Script">Name of a script of the library, instead of a text.</param>
/// <param name="Variables">Values for the script's variables, by name.</param>
/// <param name="Functions">Functions of the text to run; px.display then does nothing.</param>
/// <param name="Mutation">True when the script is expected to change what is traced.</param>
/// <param name="Explain">The answer shows the plan.</param>
/// <param name="Analyze">The answer shows the plan and what its operators did.</param>
/// <param name="MaxMemoryBytes">Most bytes that operators may hold, per node and in the merge part.</param>
public sealed record QueryBody(
    string? Query = null,
    int? TimeoutMs = null,
    long? MaxRows = null,
    string? Script = null,
    Dictionary<string, string>? Variables = null,
    FunctionBody[]? Functions = null,
    bool Mutation = false,
    bool Explain = false,
    bool Analyze = false,
    long? MaxMemoryBytes = null);

/// <summary>A function of the text to run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Args">Its arguments as texts, by name.</param>
/// <param name="Output">Name of the result table; the function's name when absent.</param>
public sealed record FunctionBody(string? Name, Dictionary<string, string>? Args = null, string? Output = null);

/// <summary>One column of a result table, or of a table of the cluster.</summary>
/// <param name="Name">Name of the column.</param>
/// <param name="Type">Data type, such as "INT64".</param>
/// <param name="SemanticType">Meaning, such as "ST_DURATION_NS".</param>
public sealed record ColumnContract(string Name, string Type, string SemanticType);

/// <summary>What an answer is missing.</summary>
/// <param name="Complete">True when nothing is missing.</param>
/// <param name="Nodes">The same per node.</param>
public sealed record CompletenessContract(bool Complete, NodeCompletenessContract[] Nodes);

/// <summary>What one node's share of an answer is missing within the asked time range.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Answered">True when all of its rows arrived.</param>
/// <param name="Error">Why not, or null.</param>
/// <param name="EventsSeen">Kernel records that reached the node's sources.</param>
/// <param name="Lost">Events that did not become rows.</param>
/// <param name="Truncated">Values that were cut.</param>
/// <param name="RowsExpired">Rows of the range that the tables' budgets pushed out.</param>
public sealed record NodeCompletenessContract(
    string Node, bool Answered, string? Error, long EventsSeen, LostContract Lost, long Truncated, long RowsExpired);

/// <summary>Events that did not become rows, by the stage that lost them.</summary>
/// <param name="Kernel">In the kernel part of the probes.</param>
/// <param name="Ring">For want of room in a ring.</param>
/// <param name="Parser">By the parsers.</param>
/// <param name="Unclassified">Connections whose protocol was not recognised; they do not count as missing.</param>
public sealed record LostContract(long Kernel, long Ring, long Parser, long Unclassified);

/// <summary>Cost of a query.</summary>
/// <param name="CompileMs">Time to compile.</param>
/// <param name="TotalMs">Time from receipt to the last row.</param>
/// <param name="RowsScanned">Rows that the nodes read.</param>
/// <param name="BytesScanned">Bytes that the nodes read.</param>
/// <param name="RowsReturned">Rows of the answer.</param>
/// <param name="RowLimitReached">True when a table was cut at the row limit.</param>
public sealed record StatisticsContract(
    double CompileMs,
    double TotalMs,
    long RowsScanned,
    long BytesScanned,
    long RowsReturned,
    bool RowLimitReached);

/// <summary>How a query was run.</summary>
/// <param name="Fragment">The part of the plan that every node runs, as text.</param>
/// <param name="Merge">The part that joins the nodes' rows, as text.</param>
/// <param name="Parts">What the operators did; empty unless analyze was asked for.</param>
public sealed record ExplanationContract(string Fragment, string Merge, PartContract[] Parts);

/// <summary>What the operators of one part of a plan did.</summary>
/// <param name="Node">The node; null for the merge part.</param>
/// <param name="Operators">Its operators.</param>
public sealed record PartContract(string? Node, OperatorContract[] Operators);

/// <summary>What one operator did.</summary>
/// <param name="Id">Its number in the plan.</param>
/// <param name="Kind">Its kind, such as "filter".</param>
/// <param name="RowsIn">Rows taken.</param>
/// <param name="RowsOut">Rows yielded.</param>
/// <param name="BytesOut">Bytes of these rows; null when not measured.</param>
/// <param name="TimeMs">Time of its own; null when not measured.</param>
/// <param name="RowsSkipped">Rows in a scan's range of time that were not read, as they could not pass.</param>
public sealed record OperatorContract(
    int Id, string Kind, long RowsIn, long RowsOut, long? BytesOut, double? TimeMs, long RowsSkipped);

/// <summary>First line of a stream.</summary>
/// <param name="Tables">Its tables and their columns.</param>
/// <param name="Warnings">What in the script is probably not meant.</param>
public sealed record StreamStartContract(StreamTableContract[] Tables, ScriptErrorContract[] Warnings);

/// <summary>A table of a stream.</summary>
/// <param name="Name">Name given by the query.</param>
/// <param name="Columns">Its columns.</param>
public sealed record StreamTableContract(string Name, ColumnContract[] Columns);

/// <summary>Rows of a stream that expired before they could be sent.</summary>
/// <param name="Node">The node that had them.</param>
/// <param name="RowsExpired">Number of its rows since the start of the stream.</param>
public sealed record StreamLossContract(string Node, long RowsExpired);

/// <summary>One error or warning of a query's text.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Message">Text for people.</param>
/// <param name="Code">Kind of error.</param>
/// <param name="SourceLine">The line it is about.</param>
public sealed record ScriptErrorContract(int Line, int Column, string Message, string Code, string SourceLine);

/// <summary>An error as the last line of an answer that had begun.</summary>
/// <param name="Code">Kind of error.</param>
/// <param name="Message">Text for people.</param>
public sealed record AnswerErrorContract(string Code, string Message);
