using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.TestingHost;
using PixieOrleans.Grains.Fragments;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Grains.Nodes;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Grains.Tests.Clusters;

/// <summary>Silos node-a, node-b, … in this process, each with a node of its own; death is noticed in 1 s.</summary>
internal sealed class NodeCluster : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _names = new();
    private readonly Dictionary<string, InProcessSiloHandle> _silos = [];
    private readonly InProcessTestCluster _cluster;

    private NodeCluster(string[] names)
    {
        foreach (var name in names)
        {
            Nodes.Add(name, new TestNode(name));
            _names.Enqueue(name);
        }

        var builder = new InProcessTestClusterBuilder((short)names.Length);
        builder.ConfigureSilo(ConfigureSilo);
        _cluster = builder.Build();
    }

    public Dictionary<string, TestNode> Nodes { get; } = [];

    public static async Task<NodeCluster> StartAsync(params string[] names)
    {
        var cluster = new NodeCluster(names.Length > 0 ? names : ["node-a", "node-b", "node-c"]);
        await cluster._cluster.DeployAsync();
        await cluster.WaitUntilReadyAsync();
        return cluster;
    }

    public IServiceProvider Services(string node) => _silos[node].ServiceProvider;

    public SiloAddress Address(string node) => _silos[node].SiloAddress;

    public IGrainFactory Grains(string node) => Services(node).GetRequiredService<IGrainFactory>();

    /// <summary>The node's grain, called from a silo.</summary>
    public INodeGrain Node(string node, string from) => Grains(from).GetGrain<INodeGrain>(node);

    /// <summary>A new query, received by a silo.</summary>
    public IAsyncEnumerable<QueryPart> Query(
        string from, string text, int? timeoutMs = null, long? maxRows = null, CancellationToken? leave = null) =>
        Query(from, new QueryRequest(text, timeoutMs, maxRows), leave);

    /// <summary>The same with everything that a request may say.</summary>
    public IAsyncEnumerable<QueryPart> Query(string from, QueryRequest request, CancellationToken? leave = null) =>
        Grains(from).GetGrain<IQueryGrain>(Guid.NewGuid())
            .RunAsync(request, leave ?? TestContext.Current.CancellationToken).WithBatchSize(4);

    /// <summary>Fragments that run or wait on a node.</summary>
    public int Running(string node) => Services(node).GetRequiredService<FragmentRunner>().Running;


    public Task DeactivateAsync(string node) => DeactivateAsync(Node(node, node));

    public Task DeactivateAsync(IAddressable grain) => _cluster.DeactivateAsync(grain);

    /// <summary>Ends a silo without any goodbye.</summary>
    public async Task KillAsync(string node)
    {
        var silo = _silos[node];
        _silos.Remove(node);
        await _cluster.KillSiloAsync(silo);
    }

    /// <summary>Starts a silo of this name again.</summary>
    public async Task RestartAsync(string node)
    {
        _names.Enqueue(node);
        await _cluster.StartAdditionalSiloAsync();
        await WaitUntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes.Values)
        {
            node.Gate.Open(); // workers must be able to end
        }

        await _cluster.DisposeAsync();
    }

    private Task WaitUntilReadyAsync()
    {
        foreach (var silo in _cluster.Silos)
        {
            _silos[silo.ServiceProvider.GetRequiredService<LocalNode>().Name] = silo;
        }

        return Poll.UntilAsync(
            () => Task.FromResult(_silos.Values.All(
                s => s.ServiceProvider.GetRequiredService<LocalNode>().State == NodeState.Ready)),
            Deadline,
            () => "all nodes are ready",
            TestContext.Current.CancellationToken);
    }

    private void ConfigureSilo(InProcessTestSiloSpecificOptions options, ISiloBuilder silo)
    {
        Assert.True(_names.TryDequeue(out var name));
        silo.AddPixieGrains();
        silo.Services.AddSingleton<INodeService>(Nodes[name]);
        silo.Services.PostConfigure<SiloOptions>(o => o.SiloName = name); // after the test host
        silo.Configure<ClusterMembershipOptions>(o =>
        {
            o.ProbeTimeout = TimeSpan.FromMilliseconds(500);
            o.NumMissedProbesLimit = 2;
            o.NumVotesForDeathDeclaration = 1;
        });
    }
}
