using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.GrainDirectory;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Grains.Placement;

namespace PixieOrleans.Grains.Queries;

/// <summary>Compiles a query, sends fragments to the nodes, merges their rows and streams the answer.</summary>
[StatelessWorker(1), GrainDirectory(NoDirectory.Name)] // on the silo that received it
internal sealed class QueryGrain(
    QueryCompiler compiler,
    QueryTargets targets,
    IQueryEnvironments environments,
    IOptions<QueryOptions> options,
    TimeProvider time,
    GrainsMetrics metrics) : Grain, IQueryGrain
{
    private bool _ran;

    public async IAsyncEnumerable<QueryPart> RunAsync(
        QueryRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var clock = new QueryClock(time);
        ThrowIfRan();
        if (options.Value.Refusal(request) is { } refusal)
        {
            metrics.QueryEnded("rejected", clock.Elapsed);
            yield return new QueryFailed(QueryFailed.LimitCode, refusal);
            yield break;
        }

        var compiled = compiler.Compile(request, clock.NowNs);
        clock.Compiled();
        if (compiled.Plan is null)
        {
            metrics.QueryEnded("rejected", clock.Elapsed);
            yield return (QueryPart?)compiled.Failure ?? new QueryRejected(compiled.Errors);
            yield break;
        }

        var run = new QueryRun(
            compiled, NodesOf(compiled), environments, BoundsOf(request, compiled.IsStream), clock, cancellationToken);
        try
        {
            yield return await run.StartAsync(GrainFactory, this.GetPrimaryKey());
            while (await run.MergeNextAsync())
            {
                while (run.TryTake(out var block))
                {
                    yield return block;
                }
            }

            run.Complete();
            while (run.TryTake(out var block))
            {
                yield return block;
            }

            if (run.Explain() is { } explanation)
            {
                yield return explanation;
            }

            metrics.QueryEnded(run.Outcome, clock.Elapsed);
            yield return run.End();
        }
        finally
        {
            CloseAsync(run).Ignore(); // a node that hangs must not hold up the answer
        }
    }

    private async Task CloseAsync(QueryRun run)
    {
        await run.DisposeAsync();
        DeactivateOnIdle();
    }

    private ChosenNodes NodesOf(CompiledQuery compiled) => compiled.Plan!.Fragment.Nodes.IsEmpty
        ? new ChosenNodes([], []) // the merge part needs no rows of nodes
        : targets.Choose(compiled.Range, compiled.Plan.Fragment);

    // A stream has neither the default deadline nor a row limit; its reader ends it.
    private QueryBounds BoundsOf(QueryRequest request, bool isStream)
    {
        var limits = options.Value;
        return new QueryBounds(
            isStream ? request.TimeoutMs : Math.Max(request.TimeoutMs ?? limits.DefaultTimeoutMs, 1),
            isStream ? long.MaxValue : Math.Clamp(request.MaxRows ?? limits.MaxRows, 0, limits.MaxRows),
            request.MaxMemoryBytes,
            limits);
    }

    private void ThrowIfRan()
    {
        if (_ran)
        {
            throw new InvalidOperationException("A query grain runs one query; take a new key for the next.");
        }

        _ran = true;
    }
}
