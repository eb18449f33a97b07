using System.Collections.Immutable;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Exec.Operators;
using PixieOrleans.Plans;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec;

/// <summary>One run of a plan: rows are pushed through its operators to the sink, on the caller's thread.</summary>
/// <remarks>
/// Order of calls: any number of <see cref="RunScans"/> and <see cref="Push"/>, then <see cref="Complete"/> once, then
/// Dispose. Not thread-safe. After an exception the execution can only be disposed of.
/// </remarks>
public sealed class PlanExecution : IDisposable
{
    private readonly MemoryBudget _budget;
    private readonly ImmutableArray<Operator> _operators;
    private bool _completed;

    /// <summary>Prepares a run.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="tables">What its scans read; null when it has none.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="sink">Takes what the plan yields.</param>
    /// <exception cref="InvalidPlanException">The plan cannot be run.</exception>
    public PlanExecution(Plan plan, ITableSource? tables, ExecutionOptions options, IBatchSink sink)
    {
        _budget = new MemoryBudget(options.MaxAggregateBytes);
        _operators = new OperatorBuilder(tables, options, sink, _budget).Build(plan);
    }

    /// <summary>What has been done so far.</summary>
    public ExecutionStatistics Statistics
    {
        get
        {
            var scans = _operators.OfType<TableScanOperator>().ToList();
            var sinks = _operators.Where(node => node is ResultOperator or ExchangeSinkOperator);
            return new ExecutionStatistics(
                scans.Sum(scan => scan.Rows),
                scans.Sum(scan => scan.Bytes),
                sinks.Sum(node => node.Statistics.RowsOut),
                _budget.UsedBytes,
                [.. _operators.Select(node => node.Statistics)]);
        }
    }

    /// <summary>Drives every scan to its end, or until no operator wants more of its rows.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; checked before every batch.</exception>
    /// <exception cref="QueryLimitException">A bound of the options was met.</exception>
    public void RunScans(CancellationToken cancellationToken)
    {
        foreach (var node in _operators)
        {
            (node as TableScanOperator)?.Run(cancellationToken);
        }
    }

    /// <summary>Takes rows that a fragment sent; ignored when nobody wants more of them.</summary>
    /// <exception cref="InvalidPlanException">No such channel, or its columns are others.</exception>
    /// <exception cref="InvalidStateException">A partial aggregate cannot be read.</exception>
    public void Push(int channel, RowBatch batch)
    {
        foreach (var node in _operators)
        {
            if (node is ExchangeSourceOperator source && source.Channel == channel)
            {
                source.Push(batch);
                return;
            }
        }

        throw new InvalidPlanException($"The plan has no channel {channel}.");
    }

    /// <summary>Says that all inputs have ended: aggregations yield their groups.</summary>
    public void Complete()
    {
        if (_completed)
        {
            throw new InvalidOperationException("The execution is complete already.");
        }

        _completed = true;
        foreach (var node in _operators)
        {
            node.Complete(); // inputs come before their users
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var node in _operators)
        {
            node.Dispose();
        }
    }
}
