using System.Collections.Immutable;
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
    private readonly ExecutionScope _scope;
    private readonly ImmutableArray<Operator> _operators;
    private readonly ImmutableArray<Operator> _sources; // in the order in which they are driven
    private readonly HashSet<Operator> _ended = [];
    private bool _completed;

    /// <summary>Prepares a run.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="tables">What its scans read; null when it has none.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="sink">Takes what the plan yields.</param>
    /// <exception cref="InvalidPlanException">The plan cannot be run.</exception>
    public PlanExecution(Plan plan, ITableSource? tables, ExecutionOptions options, IBatchSink sink)
    {
        _scope = new ExecutionScope(options, sink);
        _operators = new OperatorBuilder(tables, _scope).Build(plan);
        var byId = plan.Nodes.Zip(_operators).ToDictionary(pair => pair.First.Id, pair => pair.Second);
        _sources = [.. DriveOrder.Of(plan).Select(id => byId[id])];
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
                _scope.Aggregates.UsedBytes,
                _scope.Total.PeakBytes,
                [.. _operators.Select(node => node.Statistics)])
            {
                RowsSkipped = scans.Sum(scan => scan.SkippedRows),
                BatchesSkipped = scans.Sum(scan => scan.SkippedBatches),
            };
        }
    }

    /// <summary>Bytes held now for groups, joins and buffers.</summary>
    public long HeldBytes => _scope.Total.UsedBytes;

    /// <summary>
    /// Drives every scan and table function to its end, or until no operator wants more of its rows. Operators that
    /// wait for nothing else yield what they held back.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled; checked before every batch.</exception>
    /// <exception cref="QueryLimitException">A bound of the options was met.</exception>
    public void RunScans(CancellationToken cancellationToken)
    {
        _scope.Cancellation = cancellationToken;
        while (NextSource() is { } source)
        {
            source.Advance();
            if (source.IsDone)
            {
                End(source);
            }
        }
    }

    /// <summary>Takes rows that a fragment sent; ignored when nobody wants more of them.</summary>
    /// <exception cref="InvalidPlanException">No such channel, or its columns are others.</exception>
    /// <exception cref="InvalidStateException">A partial aggregate cannot be read.</exception>
    /// <exception cref="QueryLimitException">A bound of the options was met.</exception>
    public void Push(int channel, RowBatch batch, CancellationToken cancellationToken = default)
    {
        _scope.Cancellation = cancellationToken;
        foreach (var node in _operators)
        {
            if (node is ExchangeSourceOperator source && source.Channel == channel)
            {
                source.Push(0, batch);
                return;
            }
        }

        throw new InvalidPlanException($"The plan has no channel {channel}.");
    }

    /// <summary>
    /// Says that all inputs have ended: runs scans and table functions that have not been run; what operators held
    /// back is yielded.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled; checked before every batch.</exception>
    /// <exception cref="QueryLimitException">A bound of the options was met.</exception>
    public void Complete(CancellationToken cancellationToken = default)
    {
        if (_completed)
        {
            throw new InvalidOperationException("The execution is complete already.");
        }

        _completed = true;
        RunScans(cancellationToken);
        foreach (var source in _sources)
        {
            End(source);
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

    private void End(Operator source)
    {
        if (_ended.Add(source))
        {
            source.End(0);
        }
    }

    // The first source whose rows can be used at once, else the first one.
    private PullSource? NextSource()
    {
        PullSource? ahead = null;
        foreach (var source in _sources)
        {
            if (source is PullSource { IsDone: false } open)
            {
                if (!open.IsAhead)
                {
                    return open;
                }

                ahead ??= open;
            }
        }

        return ahead;
    }
}
