using Microsoft.Extensions.Options;
using PixieOrleans.Api.Hosting;
using PixieOrleans.Grains.Interfaces.Nodes;

namespace PixieOrleans.Silo.Hosting;

/// <summary>Says on standard output where to look, once the node is ready.</summary>
internal sealed class ReadyReport(
    ILocalNode node, IOptions<ApiOptions> api, IHostApplicationLifetime lifetime, TimeProvider time)
    : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await WaitForStartAsync(stoppingToken);
        while (node.State != NodeState.Ready)
        {
            await Task.Delay(PollInterval, time, stoppingToken);
        }

        var url = $"http://{FormatAddress(api.Value.Address)}:{api.Value.Port}";
        Console.WriteLine($"PixieOrleans: node {node.Name} is ready.");
        Console.WriteLine($"  API      {url}/api/v1  (also /metrics, /openapi/v1.json)");
        Console.WriteLine("  probes   ./pxo status");
        Console.WriteLine("  tables   ./pxo tables");
        Console.WriteLine("Ctrl-C ends it.");
    }

    private static string FormatAddress(string address) =>
        address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;

    private async Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
    }
}
