using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PixieOrleans.Exec;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Grains.Nodes;
using PixieOrleans.Grains.Queries;
using PixieOrleans.Plans;

namespace PixieOrleans.Grains.Fragments;

/// <summary>
/// Serves the fragments of streams over the node's tables, all on one thread of its own that exists while there are
/// streams. Bounds: streams, per stream the blocks that wait to be fetched and those of one step.
/// </summary>
internal sealed partial class StreamRunner(
    INodeService node,
    LocalNode localNode,
    IQueryEnvironments environments,
    IOptions<FragmentOptions> options,
    TimeProvider time,
    GrainsMetrics metrics,
    ILogger<StreamRunner> logger) : IDisposable
{
    private readonly FragmentOptions _options = options.Value;
    private readonly Lock _lock = new();
    private readonly List<StreamJob> _jobs = [];
    private readonly AutoResetEvent _wake = new(initialState: false);
    private bool _hasThread;
    private volatile bool _disposed;

    /// <summary>Streams that are served.</summary>
    public int Running
    {
        get
        {
            lock (_lock)
            {
                return _jobs.Count;
            }
        }
    }

    /// <summary>Runs a stream's fragment; ending the enumeration ends it.</summary>
    public async IAsyncEnumerable<FragmentPart> RunAsync(
        FragmentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!TryStart(request, out var job, out var error))
        {
            metrics.FragmentRefused();
            yield return Failed(error);
            yield break;
        }

        try
        {
            await foreach (var part in job.Parts.ReadAllAsync(cancellationToken))
            {
                yield return part;
                if (job.IsBlocked)
                {
                    _wake.Set();
                }
            }
        }
        finally
        {
            job.Cancel();
            _wake.Set();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _wake.Set();
    }

    private bool TryStart(FragmentRequest request, out StreamJob job, out string error)
    {
        (job, error) = (null!, "");
        lock (_lock)
        {
            if (_disposed || _jobs.Count >= _options.MaxStreams)
            {
                error = $"the node is busy: it serves {_jobs.Count} streams (Fragments:MaxStreams)";
                return false;
            }

            try
            {
                job = Create(request);
            }
            catch (Exception e) when (
                e is InvalidPlanException or KeyNotFoundException or FormatException or NotSupportedException)
            {
                error = e.Message;
                return false;
            }

            _jobs.Add(job);
            if (!_hasThread)
            {
                _hasThread = true;
                new Thread(Work) { IsBackground = true, Name = "pxo-streams" }.Start();
            }
        }

        _wake.Set();
        return true;
    }

    private StreamJob Create(FragmentRequest request)
    {
        var plan = StreamPlan.Of(PlanCodec.Decode(request.Plan));
        var execute = ExecutionBounds.Options(
            environments.ForFragment(plan.Plan),
            request.MaxMemoryBytes,
            _options.MaxMemoryBytes,
            request.Analyze ? time : null);
        return new StreamJob(request, plan, node.Tables, execute, _options, time);
    }

    private void Work()
    {
        while (true)
        {
            StreamJob[] jobs;
            lock (_lock)
            {
                jobs = [.. _jobs];
                if (jobs.Length == 0 || _disposed)
                {
                    _hasThread = false;
                    return;
                }
            }

            var worked = false;
            foreach (var job in jobs)
            {
                worked |= Step(job);
            }

            if (!worked)
            {
                _wake.WaitOne(_options.StreamPollMs);
            }
        }
    }

    private bool Step(StreamJob job)
    {
        if (job.IsOver)
        {
            End(job, Summary(job));
            return true;
        }

        try
        {
            var lost = job.RowsLost;
            var worked = job.Step();
            metrics.StreamRowsLost(job.RowsLost - lost);
            return worked;
        }
        catch (QueryLimitException e)
        {
            End(job, Failed(ExecutionBounds.TextOf(e, "Fragments:MaxMemoryBytes")));
        }
        catch (Exception e) // a defect: the query names this node, the other streams go on
        {
            LogStreamFailed(e, job.Request.QueryId);
            End(job, Failed("internal error: " + e.Message));
        }

        return true;
    }

    private void End(StreamJob job, FragmentSummary summary)
    {
        lock (_lock)
        {
            _jobs.Remove(job);
        }

        if (job.IsCancelled)
        {
            metrics.FragmentCancelled();
        }
        else if (summary.Completeness.Answered)
        {
            metrics.FragmentCompleted(job.RowsRead);
        }
        else
        {
            metrics.FragmentFailed();
        }

        job.Finish(summary);
        job.Dispose();
    }

    private FragmentSummary Summary(StreamJob job) => new(
        new FragmentStatistics(job.RowsRead, job.BytesRead, job.RowsSent, 0),
        new NodeCompleteness(localNode.Name, true, null, 0, default, 0, job.RowsLost))
    {
        Operators = job.Request.Analyze ? job.Operators : [],
    };

    private FragmentSummary Failed(string error) =>
        new(new FragmentStatistics(0, 0, 0, 0), NodeCompleteness.Missing(localNode.Name, error));

    [LoggerMessage(LogLevel.Error, "A stream of query {QueryId} failed")]
    private partial void LogStreamFailed(Exception exception, Guid queryId);
}
