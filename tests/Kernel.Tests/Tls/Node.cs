using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PixieOrleans.NodeProbe;
using PixieOrleans.NodeProbe.Status;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>A node in the tests' process, which traces both roles.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private Node(ServiceProvider services)
    {
        _services = services;
        Runtime = services.GetRequiredService<NodeRuntime>();
    }

    public NodeRuntime Runtime { get; }

    public IReadOnlyList<TlsProcessStatus> Tls => Runtime.GetStatus().Tls;

    public static async Task<Node> StartAsync(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["NodeProbe:TracedRoles"] = "Client, Server",
            ["NodeProbe:ConnStatsIntervalSeconds"] = "1",
            ["NodeProbe:SyscallHooks"] = Environment.GetEnvironmentVariable("PXO_TEST_HOOKS") ?? "Auto",
            ["NodeProbe:Sources:0"] = "socket_tracer",
        };
        foreach (var (name, value) in settings)
        {
            all[$"NodeProbe:{name}"] = value;
        }

        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(all).Build())
            .AddLogging()
            .AddNodeProbe()
            .BuildServiceProvider();
        var node = new Node(services);
        await node.Runtime.StartAsync(1, TestContext.Current.CancellationToken);
        var source = node.Runtime.GetStatus().Sources[0];
        Assert.SkipUnless(source.State == SourceState.Running, source.Error);
        return node;
    }

    public Task WaitAsync(Func<bool> condition, string what) => Poll.UntilAsync(
        () => Task.FromResult(condition()),
        TimeSpan.FromSeconds(20),
        () => $"{what}; {string.Join('\n', Tls)}",
        TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
