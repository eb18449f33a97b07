using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PixieOrleans.Exec;
using PixieOrleans.Exec.Splitting;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Grains.Nodes;
using PixieOrleans.Grains.Queries;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Grains.Fragments;

/// <summary>
/// Runs fragments over the node's tables on a few threads of its own, so that scans never take a grain's turn.
/// Bounds: running fragments, waiting fragments, blocks that wait to be fetched.
/// </summary>
internal sealed partial class FragmentRunner : IDisposable
{
    private readonly INodeService _node;
    private readonly LocalNode _localNode;
    private readonly IQueryEnvironments _environments;
    private readonly FragmentOptions _options;
    private readonly TimeProvider _time;
    private readonly GrainsMetrics _metrics;
    private readonly ILogger<FragmentRunner> _logger;
    private readonly BlockingCollection<FragmentJob> _queue;
    private readonly Lock _workersLock = new();
    private int _workers;
    private int _running;

    public FragmentRunner(
        INodeService node,
        LocalNode localNode,
        IQueryEnvironments environments,
        IOptions<FragmentOptions> options,
        TimeProvider time,
        GrainsMetrics metrics,
        ILogger<FragmentRunner> logger)
    {
        (_node, _localNode, _time, _metrics, _logger) = (node, localNode, time, metrics, logger);
        _environments = environments;
        _options = options.Value;
        _queue = new BlockingCollection<FragmentJob>(_options.MaxQueued);
    }

    /// <summary>Fragments that run or wait for a worker.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Runs a fragment; ending the enumeration stops its scan.</summary>
    public async IAsyncEnumerable<FragmentPart> RunAsync(
        FragmentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var job = new FragmentJob(request, _options.MaxWaitingBlocks, _time);
        if (!TryQueue(job))
        {
            job.Dispose();
            yield return Failed($"the node is busy: {_options.Workers} fragments run, {_options.MaxQueued} wait");
            yield break;
        }

        try
        {
            await foreach (var part in job.Parts.ReadAllAsync(cancellationToken))
            {
                yield return part;
            }
        }
        finally
        {
            job.Cancel();
        }
    }

    public void Dispose() => _queue.CompleteAdding(); // the workers end with the queue

    private bool TryQueue(FragmentJob job)
    {
        Interlocked.Increment(ref _running);
        if (_queue.IsAddingCompleted || !_queue.TryAdd(job))
        {
            Interlocked.Decrement(ref _running);
            _metrics.FragmentRefused();
            return false;
        }

        StartWorkerIfNeeded();
        return true;
    }

    private void StartWorkerIfNeeded()
    {
        lock (_workersLock)
        {
            if (_workers >= _options.Workers || _workers >= Running)
            {
                return;
            }

            var name = $"pxo-query-{_workers++}";
            new Thread(Work) { IsBackground = true, Name = name }.Start();
        }
    }

    private void Work()
    {
        foreach (var job in _queue.GetConsumingEnumerable())
        {
            using (job)
            {
                job.Finish(Run(job));
                Interlocked.Decrement(ref _running);
            }
        }
    }

    private FragmentSummary Run(FragmentJob job)
    {
        try
        {
            var plan = PlanCodec.Decode(job.Request.Plan);
            return Execute(job, plan);
        }
        catch (OperationCanceledException) when (job.Token.IsCancellationRequested)
        {
            _metrics.FragmentCancelled();
            return Failed(job.TimedOut ? $"gave up after {job.Request.TimeoutMs} ms" : "cancelled");
        }
        catch (QueryLimitException e)
        {
            _metrics.FragmentFailed();
            return Failed(ExecutionBounds.TextOf(e, "Fragments:MaxMemoryBytes"));
        }
        catch (Exception e) when (
            e is InvalidPlanException or KeyNotFoundException or FormatException)
        {
            _metrics.FragmentFailed();
            return Failed(e.Message);
        }
        catch (Exception e) // a defect: the query names this node, the worker lives on
        {
            _metrics.FragmentFailed();
            LogFragmentFailed(e, job.Request.QueryId);
            return Failed("internal error: " + e.Message);
        }
    }

    private FragmentSummary Execute(FragmentJob job, Plan plan)
    {
        var sink = new FragmentSink(job, _options.BlockBytes);
        var environment = _environments.ForFragment(plan);
        var canHaveRows = NodePruning.CanHaveRows(plan, NodeFacts.Of(environment));
        if (canHaveRows && !job.Request.Analyze && _options.ScanThreadCount > 1 && ScanParts.CanDivide(plan)
            && DividedFragment.TryRun(
                plan,
                _node.Tables,
                () => OptionsOf(job, _environments.ForFragment(plan)), // surroundings are one thread's
                _options.ScanThreadCount,
                sink,
                out var scanned,
                job.Token))
        {
            return Completed(job, plan, new(scanned.Rows, scanned.Bytes, sink.Rows, job.ElapsedNs));
        }

        var tables = canHaveRows ? _node.Tables : new NoRows(_node.Tables);
        using var execution = new PlanExecution(plan, tables, OptionsOf(job, environment), sink);
        execution.RunScans(job.Token);
        execution.Complete(job.Token);
        var statistics = execution.Statistics;
        var (rows, bytes) = (statistics.RowsScanned, statistics.BytesScanned);
        return Completed(job, plan, new(rows, bytes, sink.Rows, job.ElapsedNs)) with
        {
            Operators = job.Request.Analyze ? statistics.ToFigures() : [],
        };
    }

    private ExecutionOptions OptionsOf(FragmentJob job, QueryEnvironment environment) => ExecutionBounds.Options(
        environment,
        job.Request.MaxMemoryBytes,
        _options.MaxMemoryBytes,
        job.Request.Analyze ? _time : null);

    private FragmentSummary Completed(FragmentJob job, Plan plan, FragmentStatistics statistics)
    {
        _metrics.FragmentCompleted(statistics.RowsScanned);
        return new FragmentSummary(statistics, CompletenessOf(plan, job.Request));
    }

    private NodeCompleteness CompletenessOf(Plan plan, FragmentRequest request)
    {
        var tables = plan.Nodes.OfType<TableScanNode>().Select(scan => scan.Table).ToHashSet(StringComparer.Ordinal);
        return _node.GetCompleteness(tables, request.StartNs, request.EndNs) with { Node = _localNode.Name };
    }

    private FragmentSummary Failed(string error) =>
        new(new FragmentStatistics(0, 0, 0, 0), NodeCompleteness.Missing(_localNode.Name, error));

    [LoggerMessage(LogLevel.Error, "A fragment of query {QueryId} failed")]
    private partial void LogFragmentFailed(Exception exception, Guid queryId);
}
