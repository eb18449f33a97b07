using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe;
using PixieOrleans.NodeProbe.Entities;
using PixieOrleans.Tables;

namespace PixieOrleans.Grains.Nodes;

/// <summary>The node service of a real node: its <see cref="NodeRuntime"/>, with records that travel.</summary>
internal sealed class RuntimeNodeService : INodeService
{
    private readonly NodeRuntime _runtime;
    private uint _asid;

    public RuntimeNodeService(NodeRuntime runtime, LocalNode localNode)
    {
        _runtime = runtime;
        _runtime.NodeName = localNode.Name;
    }

    public ITableSource Tables => _runtime.Tables;

    public EntityPicture Entities => _runtime.Entities;

    public uint Asid => Volatile.Read(ref _asid);

    public async Task StartAsync(uint asid, CancellationToken cancellationToken)
    {
        await _runtime.StartAsync(asid, cancellationToken);
        Volatile.Write(ref _asid, asid);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _runtime.StopAsync(cancellationToken);

    public IReadOnlyList<string> MappedFiles(Upid upid) => NodeProbe.Entities.MappedFiles.Read(upid);

    public NodeStatus GetStatus() =>
        NodeStatusMapping.ToRecord(_runtime.GetStatus(), _runtime.GetCompleteness(0, long.MaxValue));

    public NodeCompleteness GetCompleteness(IReadOnlyCollection<string> tables, long startNs, long endNs)
    {
        var counts = _runtime.GetCompleteness(tables, startNs, endNs);
        return new NodeCompleteness(
            "",
            true,
            null,
            counts.EventsSeen,
            new LostEvents(
                counts.LostInKernel,
                counts.LostInRing,
                counts.LostInParser + counts.LostConnections,
                counts.Unclassified),
            counts.TruncatedValues,
            counts.RowsExpired);
    }
}
