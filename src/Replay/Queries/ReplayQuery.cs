using System.Collections.Immutable;
using PixieOrleans.Exec;
using PixieOrleans.Model;
using PixieOrleans.Model.Entities;
using PixieOrleans.Model.Scripts;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Pxl;
using PixieOrleans.Pxl.Diagnostics;
using PixieOrleans.Replay.Captures;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.Replay.Queries;

/// <summary>Answers scripts on the tables of a capture, whose end is their "now".</summary>
public sealed class ReplayQuery(TableStore store, CaptureTimes times, EntitySnapshot entities)
{
    /// <summary>Runs a script.</summary>
    /// <param name="script">Its text.</param>
    /// <param name="calls">Functions of it to run; none for a script that shows its tables itself.</param>
    /// <param name="maxRows">Most rows per table; null for the default.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="ReplayQueryException">The script cannot be answered; the message says why.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ReplayAnswer Run(
        string script, IReadOnlyList<BoundCall> calls, long? maxRows, CancellationToken cancellationToken)
    {
        var request = new CompileRequest(store.Schemas, times.EndNs)
        {
            Functions = [.. calls.Select(call => new RequestedFunction(
                call.Function,
                [.. call.Arguments.Select(argument => new RequestedArgument(argument.Key, argument.Value))],
                call.Output))],
        };
        request = maxRows is { } rows ? request with { MaxOutputRows = rows } : request;
        var compiled = PxlCompiler.Compile(script, request);
        var messages = MessagesOf(compiled, script.Split('\n'));
        var plan = PlanOf(compiled, messages);
        var sink = new TableSink(plan);
        Execute(plan, sink, cancellationToken);
        return new ReplayAnswer(sink.Tables, [.. messages.Where(message => !message.IsError)]);
    }

    private static Plan PlanOf(CompileResult compiled, ImmutableArray<ScriptMessage> messages)
    {
        if (compiled.Plan is not { } plan)
        {
            throw new ReplayQueryException(
                "the script does not compile", [.. messages.Where(message => message.IsError)]);
        }

        var obstacle = !compiled.Exports.IsEmpty ? "Rows of a capture cannot be exported (px.export)."
            : !compiled.Mutations.IsEmpty ? "A capture has no tracepoints and no agents to set up."
            : plan.Nodes.Any(node => node is TableScanNode { IsStream: true }) ? "A capture ends: leave out .stream()."
            : null;
        return obstacle is null ? plan : throw new ReplayQueryException(obstacle, []);
    }

    private void Execute(Plan plan, TableSink sink, CancellationToken cancellationToken)
    {
        var options = new ExecutionOptions { Environment = new QueryEnvironment { Entities = entities } };
        try
        {
            using var execution = new PlanExecution(plan, store, options, sink);
            execution.Complete(cancellationToken);
        }
        catch (Exception e) when (e is InvalidPlanException or QueryLimitException)
        {
            throw new ReplayQueryException(e.Message, []);
        }
    }

    private static ImmutableArray<ScriptMessage> MessagesOf(CompileResult compiled, string[] lines) =>
    [
        .. compiled.Diagnostics.Select(d => new ScriptMessage(
            d.Severity == DiagnosticSeverity.Error,
            d.Span.Line,
            d.Span.Column,
            d.Hint is null ? d.Message : $"{d.Message} ({d.Hint})",
            d.Code,
            d.Span.Line >= 1 && d.Span.Line <= lines.Length ? lines[d.Span.Line - 1].TrimEnd('\r') : "")),
    ];

    /// <summary>Keeps what the plan yields, in the order of its results.</summary>
    private sealed class TableSink(Plan plan) : IBatchSink
    {
        private readonly ImmutableArray<(string Name, ImmutableArray<ColumnSchema> Columns, List<RowBatch> Batches)>
            _tables = [.. plan.Nodes.OfType<ResultNode>().Select(n => (n.Name, n.Columns, new List<RowBatch>()))];

        public ImmutableArray<AnswerTable> Tables =>
            [.. _tables.Select(table => new AnswerTable(table.Name, table.Columns, [.. table.Batches]))];

        public void OnResult(string table, ImmutableArray<ColumnSchema> columns, RowBatch batch)
        {
            foreach (var (name, _, batches) in _tables)
            {
                if (name == table && batch.Rows > 0)
                {
                    batches.Add(batch);
                    return;
                }
            }
        }

        public void OnExchange(int channel, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
            throw new InvalidOperationException("A plan that is not divided has no exchange sink.");
    }
}
