using Microsoft.Extensions.Logging;
using PixieOrleans.Grains.Interfaces.Nodes;

namespace PixieOrleans.Grains.Nodes;

/// <summary>
/// Activates the silo's node grain once the silo is active (a grain is activated by its first call) and tries
/// again until that works; stops the probes before the silo leaves the cluster.
/// </summary>
internal sealed partial class NodeStarter(
    IGrainFactory grains, INodeService service, LocalNode localNode, TimeProvider time, ILogger<NodeStarter> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private Task _start = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(NodeStarter), ServiceLifecycleStage.Active, OnActiveAsync, OnStopAsync);

    public void Dispose() => _stop.Dispose();

    private Task OnActiveAsync(CancellationToken cancellationToken)
    {
        _start = StartAsync(_stop.Token);
        return Task.CompletedTask; // the silo is active without its probes; readiness waits for them
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var node = grains.GetGrain<INodeGrain>(localNode.Name);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await node.StartAsync(cancellationToken);
                localNode.Set(NodeState.Ready);
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested) // tried again below
            {
                localNode.Set(NodeState.Failed, e.Message);
                LogStartFailed(e, localNode.Name);
            }

            await Task.Delay(RetryDelay, time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task OnStopAsync(CancellationToken cancellationToken)
    {
        localNode.Set(NodeState.Stopped, "the silo is stopping");
        await _stop.CancelAsync();
        await _start.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await service.StopAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "Node {Node} did not start and is tried again")]
    private partial void LogStartFailed(Exception exception, string node);
}
