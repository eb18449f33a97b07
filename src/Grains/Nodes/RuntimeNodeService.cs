using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.NodeProbe;
using PixieOrleans.Tables;

namespace PixieOrleans.Grains.Nodes;

/// <summary>The node service of a real node: its <see cref="NodeRuntime"/>, with records that travel.</summary>
internal sealed class RuntimeNodeService(NodeRuntime runtime) : INodeService
{
    private uint _asid;

    public ITableSource Tables => runtime.Tables;

    public uint Asid => Volatile.Read(ref _asid);

    public async Task StartAsync(uint asid, CancellationToken cancellationToken)
    {
        await runtime.StartAsync(asid, cancellationToken);
        Volatile.Write(ref _asid, asid);
    }

    public Task StopAsync(CancellationToken cancellationToken) => runtime.StopAsync(cancellationToken);

    public NodeStatus GetStatus() =>
        NodeStatusMapping.ToRecord(runtime.GetStatus(), runtime.GetCompleteness(0, long.MaxValue));

    public NodeCompleteness GetCompleteness(IReadOnlyCollection<string> tables, long startNs, long endNs)
    {
        var counts = runtime.GetCompleteness(tables, startNs, endNs);
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
