using System.Diagnostics;
using System.Runtime.CompilerServices;
using Orleans.Concurrency;
using Orleans.GrainDirectory;
using Orleans.Placement;
using PixieOrleans.Grains.Entities;
using PixieOrleans.Grains.Fragments;
using PixieOrleans.Grains.Interfaces.Cluster;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Grains.Placement;

namespace PixieOrleans.Grains.Nodes;

/// <summary>A thin front of the silo's <see cref="INodeService"/> and <see cref="FragmentRunner"/>.</summary>
[NodePlacement, GrainDirectory(NoDirectory.Name), KeepAlive, Immovable, Reentrant]
internal sealed class NodeGrain(
    INodeService service, LocalNode localNode, FragmentRunner runner, StreamRunner streams) : Grain, INodeGrain
{
    public async ValueTask<NodeIdentity> StartAsync(CancellationToken cancellationToken)
    {
        if (service.Asid == 0)
        {
            var cluster = GrainFactory.GetGrain<IClusterGrain>(0);
            var identity = await cluster.RegisterAsync(localNode.Name, cancellationToken);
            await service.StartAsync(identity.Asid, cancellationToken);
        }

        return Identity;
    }

    public ValueTask<NodeIdentity> GetIdentityAsync(CancellationToken cancellationToken) => new(Identity);

    public async IAsyncEnumerable<FragmentPart> ExecuteAsync(
        FragmentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parts = request.IsStream
            ? streams.RunAsync(request, cancellationToken)
            : runner.RunAsync(request, cancellationToken);
        await foreach (var part in parts)
        {
            yield return part;
        }
    }

    public ValueTask<NodeStatus> GetStatusAsync(CancellationToken cancellationToken) => new(service.GetStatus() with
    {
        Node = localNode.Name,
        Asid = service.Asid,
        Version = LocalNode.Version,
        State = localNode.State,
        Reason = localNode.Reason,
        ResidentBytes = Environment.WorkingSet,
    });

    public ValueTask<NodeAgent> GetAgentAsync(CancellationToken cancellationToken) =>
        new(new NodeAgent(service.Asid, StartedNs, KernelHeaders.AreInstalled()));

    public ValueTask<NodeEntities> GetEntitiesAsync(long knownVersion, CancellationToken cancellationToken)
    {
        var picture = service.Entities;
        var bytes = picture.Version == knownVersion ? null : EntityCodec.Encode(picture.Entities);
        return new ValueTask<NodeEntities>(new NodeEntities(localNode.Name, service.Asid, picture.Version, bytes));
    }

    public ValueTask<NodeTables> GetTablesAsync(CancellationToken cancellationToken) =>
        new(new NodeTables([.. service.Tables.Schemas]));

    private static readonly long StartedNs = ProcessStartNs();

    private static long ProcessStartNs()
    {
        using var process = Process.GetCurrentProcess();
        return 100 * (process.StartTime.ToUniversalTime().Ticks - DateTime.UnixEpoch.Ticks); // ticks of 100 ns
    }

    private NodeIdentity Identity => new(localNode.Name, service.Asid);
}
