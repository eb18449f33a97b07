using System.Collections.Immutable;
using PixieOrleans.Exec;
using PixieOrleans.Grains.Fragments;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Plans;

namespace PixieOrleans.Grains.Queries;

/// <summary>One query from its start to its last part; used by one grain's turns only.</summary>
internal sealed class QueryRun : IAsyncDisposable
{
    private readonly CompiledQuery _compiled;
    private readonly ChosenNodes _nodes;
    private readonly QueryClock _clock;
    private readonly IQueryEnvironments _environments;
    private readonly FanOut _fanOut;
    private readonly QueryBounds _bounds;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _stop;
    private QueryMerge? _merge; // once it has started without a failure
    private readonly Queue<QueryPart> _losses = new();
    private QueryFailed? _failure;

    public QueryRun(
        CompiledQuery compiled,
        ChosenNodes nodes,
        IQueryEnvironments environments,
        QueryBounds bounds,
        QueryClock clock,
        CancellationToken caller)
    {
        (_compiled, _nodes, _environments, _bounds) = (compiled, nodes, environments, bounds);
        (_clock, _caller) = (clock, caller);
        _deadline = new CancellationTokenSource(Left ?? Timeout.InfiniteTimeSpan, clock.Time);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, caller);
        _fanOut = new FanOut(bounds.Options.MaxWaitingBlocks, bounds.Options.PartsPerMessage, _stop.Token);
    }

    /// <summary>How the query ended, for metrics.</summary>
    public string Outcome => _failure is not null ? "failed"
        : Completeness().Any(n => !n.Answered) ? "partial"
        : "complete";

    // Null: no deadline.
    private TimeSpan? Left
    {
        get
        {
            if (_bounds.TimeoutMs is not { } timeoutMs)
            {
                return null;
            }

            var left = TimeSpan.FromMilliseconds(timeoutMs) - _clock.Elapsed;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Sends the fragment to all nodes that can be asked.</summary>
    public async ValueTask<QueryStarted> StartAsync(IGrainFactory grains, Guid queryId)
    {
        var request = new FragmentRequest(
            queryId,
            PlanCodec.Encode(_compiled.Plan!.Fragment),
            _compiled.Range.StartNs ?? 0,
            _compiled.Range.EndNs,
            Left is { } left ? Math.Max(1, (int)left.TotalMilliseconds) : 0)
        {
            IsStream = _compiled.IsStream,
            MaxMemoryBytes = _bounds.RequestedMemoryBytes,
            Analyze = _compiled.Analyze,
        };
        _fanOut.Start(grains, _nodes.Active, request);
        var environment = await EnvironmentAsync(_compiled.Plan.Merge);
        var options = ExecutionBounds.Options(
            environment,
            _bounds.RequestedMemoryBytes,
            _bounds.Options.MaxMemoryBytes,
            _compiled.Analyze ? _clock.Time : null);
        try
        {
            _merge = new QueryMerge(
                _compiled.Plan, _compiled.Tables, options, _bounds.MaxRows, _bounds.Options.BlockBytes);
        }
        catch (InvalidPlanException e)
        {
            _failure = new QueryFailed(QueryFailed.PlanCode, e.Message);
        }

        return new QueryStarted(_compiled.Tables, _nodes.Active)
        {
            Warnings = _compiled.Warnings,
            IsStream = _compiled.IsStream,
        };
    }

    /// <summary>Waits for rows of a node and merges them. False when nothing more comes or is wanted.</summary>
    public async ValueTask<bool> MergeNextAsync()
    {
        if (_failure is not null || _merge!.IsFull)
        {
            return false;
        }

        try
        {
            if (!await _fanOut.Blocks.WaitToReadAsync(_stop.Token))
            {
                return false;
            }
        }
        catch (OperationCanceledException) when (!_caller.IsCancellationRequested)
        {
            return false; // the deadline: the answer is partial and names who is late
        }

        if (_fanOut.Blocks.TryRead(out var block))
        {
            Merge(block);
        }

        return true;
    }

    /// <summary>Takes a part that is ready.</summary>
    public bool TryTake(out QueryPart part) => _losses.TryDequeue(out part!) || _merge?.TryTake(out part) == true;

    /// <summary>Makes the rest of the rows ready.</summary>
    public void Complete()
    {
        _fanOut.Cancel();
        if (_failure is not null)
        {
            return;
        }

        try
        {
            _merge!.Complete(_caller);
        }
        catch (QueryLimitException e)
        {
            _failure = LimitFailure(e);
        }
    }

    /// <summary>How the query was run, if it is to say so and came to an end.</summary>
    public QueryExplanation? Explain()
    {
        if (_failure is not null || !(_compiled.Explain || _compiled.Analyze))
        {
            return null;
        }

        var plan = _compiled.Plan!;
        return new QueryExplanation(
            PlanText.Render(plan.Fragment), PlanText.Render(plan.Merge), _compiled.Analyze ? Figures() : []);
    }

    /// <summary>The last part.</summary>
    public QueryPart End()
    {
        if (_failure is not null)
        {
            return _failure;
        }

        var scans = _fanOut.Nodes.Where(n => n.Summary is not null).Select(n => n.Summary!.Statistics).ToList();
        return new QuerySummary(
            Completeness(),
            new QueryStatistics(
                _clock.CompileNs,
                _clock.ElapsedNs,
                scans.Sum(s => s.RowsScanned),
                scans.Sum(s => s.BytesScanned),
                _merge!.Rows,
                _merge.RowLimitReached || _merge.IsFull));
    }

    /// <summary>Stops the nodes' work; ends when no call to a node is under way any more.</summary>
    public async ValueTask DisposeAsync()
    {
        _fanOut.Cancel();
        _merge?.Dispose();
        await _fanOut.Completion;
        _fanOut.Dispose();
        _stop.Dispose();
        _deadline.Dispose();
    }

    private async ValueTask<QueryEnvironment> EnvironmentAsync(Plan merge)
    {
        try
        {
            return await _environments.ForMergeAsync(merge, _stop.Token);
        }
        catch (OperationCanceledException) when (!_caller.IsCancellationRequested)
        {
            _failure = new QueryFailed(
                QueryFailed.DeadlineCode,
                $"What the query asks about the cluster was not known after {_bounds.TimeoutMs} ms (timeoutMs).");
            return QueryEnvironment.Empty;
        }
    }

    private void Merge(NodeBlock block)
    {
        try
        {
            if (block.Block is { } rows)
            {
                _merge!.Push(rows, _caller);
            }
            else
            {
                _losses.Enqueue(new QueryLoss(block.Node.Node, block.Node.RowsLost));
            }
        }
        catch (QueryLimitException e)
        {
            _failure = LimitFailure(e);
        }
        catch (Exception e) when (e is FormatException or InvalidStateException or InvalidPlanException)
        {
            // The bytes come from another node, which is named; the others' rows are of use.
            block.Node.Error = "the node sent rows that cannot be read: " + e.Message;
        }
    }

    private static QueryFailed LimitFailure(QueryLimitException e) =>
        new(QueryFailed.LimitCode, ExecutionBounds.TextOf(e, "Query:MaxMemoryBytes"));

    private ImmutableArray<PartFigures> Figures() =>
    [
        .. _fanOut.Nodes.Where(n => n.Summary is not null).OrderBy(n => n.Node, StringComparer.Ordinal)
            .Select(n => new PartFigures(n.Node, n.Summary!.Operators)),
        new PartFigures("", _merge!.Operators),
    ];

    private ImmutableArray<NodeCompleteness> Completeness() =>
        [.. _nodes.Missing.Concat(_fanOut.Nodes.Select(Completeness)).OrderBy(n => n.Node, StringComparer.Ordinal)];

    private NodeCompleteness Completeness(NodeRead read)
    {
        if (read.Error is { } error)
        {
            return NodeCompleteness.Missing(read.Node, error);
        }

        if (read.Summary is { } summary)
        {
            return summary.Completeness;
        }

        if (_compiled.IsStream) // at the deadline that the request set
        {
            return new NodeCompleteness(read.Node, true, null, 0, default, 0, read.RowsLost);
        }

        if (_merge!.IsFull)
        {
            return NodeCompleteness.Stopped(read.Node, "stopped: the answer has as many rows as it may have");
        }

        return NodeCompleteness.Missing(
            read.Node,
            $"the node had not answered in full after {_bounds.TimeoutMs} ms (timeoutMs); "
            + $"{read.Rows} of its rows arrived");
    }
}

/// <summary>Bounds of one query.</summary>
/// <param name="TimeoutMs">Deadline, from receipt; null for a stream that has none.</param>
/// <param name="MaxRows">Most rows per table.</param>
/// <param name="RequestedMemoryBytes">Most bytes that operators may hold; null for the silos' own bounds.</param>
/// <param name="Options">The silo's bounds.</param>
internal sealed record QueryBounds(int? TimeoutMs, long MaxRows, long? RequestedMemoryBytes, QueryOptions Options);
