using PixieOrleans.Api.Contracts;
using PixieOrleans.Grains.Interfaces.Cluster;
using PixieOrleans.Grains.Interfaces.Nodes;

namespace PixieOrleans.Api.Cluster;

/// <summary>GET /api/v1/tables, /nodes and /status.</summary>
internal static class ClusterEndpoints
{
    private static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(5);

    public static async Task<TablesContract> GetTablesAsync(IGrainFactory grains, CancellationToken cancellationToken)
    {
        var tables = await grains.GetGrain<IClusterGrain>(0).GetTablesAsync(cancellationToken);
        return new TablesContract([.. tables.Tables.Select(t => t.ToContract())]);
    }

    public static async Task<NodesContract> GetNodesAsync(IGrainFactory grains, CancellationToken cancellationToken)
    {
        var nodes = await grains.GetGrain<IClusterGrain>(0).GetNodesAsync(cancellationToken);
        return new NodesContract([.. nodes.Nodes.Select(n => n.ToContract())]);
    }

    public static async Task<StatusContract> GetStatusAsync(IGrainFactory grains, CancellationToken cancellationToken)
    {
        var nodes = await grains.GetGrain<IClusterGrain>(0).GetNodesAsync(cancellationToken);
        return new StatusContract(await Task.WhenAll(nodes.Nodes.Select(n => AskAsync(grains, n, cancellationToken))));
    }

    private static async Task<NodeStatusContract> AskAsync(
        IGrainFactory grains, ClusterNode node, CancellationToken cancellationToken)
    {
        if (node.State != "active")
        {
            return Mapping.ToSilentNode(node.Name, $"the node is {node.State} since {node.Since:O}");
        }

        try
        {
            var call = grains.GetGrain<INodeGrain>(node.Name).GetStatusAsync(cancellationToken).AsTask();
            return (await call.WaitAsync(StatusTimeout, cancellationToken)).ToContract();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested) // the other nodes' status is of use
        {
            return Mapping.ToSilentNode(node.Name, e.Message);
        }
    }
}
