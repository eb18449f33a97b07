using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Grains.Interfaces.Nodes;

/// <summary>
/// One node: its probes and its tables. Key: the node's name, which is its silo's name. Lives on that silo and
/// nowhere else; a call fails at once with <see cref="NodeUnavailableException"/> when the silo is not there.
/// </summary>
[Alias("pxo.INodeGrain")]
public interface INodeGrain : IGrainWithStringKey
{
    /// <summary>Starts the node's probes; a repeated call changes nothing.</summary>
    /// <returns>The node's number in upids.</returns>
    [Alias("Start")]
    ValueTask<NodeIdentity> StartAsync(CancellationToken cancellationToken = default);

    /// <summary>Name and number of the node; the number is 0 before the start.</summary>
    [Alias("GetIdentity")]
    ValueTask<NodeIdentity> GetIdentityAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs a fragment and yields its rows, then one <see cref="FragmentSummary"/>. A part holds at most the
    /// node's block size (default 1 MiB): ask for few parts per batch. Ending the enumeration stops the scan.
    /// </summary>
    [Alias("Execute")]
    IAsyncEnumerable<FragmentPart> ExecuteAsync(
        FragmentRequest request, CancellationToken cancellationToken = default);

    /// <summary>State of the node's sources, hooks, losses and tables.</summary>
    [Alias("GetStatus")]
    ValueTask<NodeStatus> GetStatusAsync(CancellationToken cancellationToken = default);

    /// <summary>What else the node knows about itself and its machine.</summary>
    [Alias("GetAgent")]
    ValueTask<NodeAgent> GetAgentAsync(CancellationToken cancellationToken = default);

    /// <summary>Who is who on the node, apart from its processes; only when it is not of the known version.</summary>
    [Alias("GetEntities")]
    ValueTask<NodeEntities> GetEntitiesAsync(long knownVersion, CancellationToken cancellationToken = default);

    /// <summary>Schemas of the node's tables.</summary>
    [Alias("GetTables")]
    ValueTask<NodeTables> GetTablesAsync(CancellationToken cancellationToken = default);
}

/// <summary>Who a node is.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Asid">Its number in upids; 0 while it has none.</param>
[GenerateSerializer, Immutable, Alias("pxo.NodeIdentity")]
public sealed record NodeIdentity([property: Id(0)] string Node, [property: Id(1)] uint Asid);

/// <summary>What a node knows about itself.</summary>
/// <param name="Asid">Its number in upids; 0 while it has none.</param>
/// <param name="StartedNs">When its process started, ns since 1970.</param>
/// <param name="HasKernelHeaders">Whether the kernel's headers are on its machine.</param>
[GenerateSerializer, Immutable, Alias("pxo.NodeAgent")]
public sealed record NodeAgent(
    [property: Id(0)] uint Asid, [property: Id(1)] long StartedNs, [property: Id(2)] bool HasKernelHeaders);

/// <summary>Schemas of a node's tables.</summary>
/// <param name="Tables">The schemas, by name.</param>
[GenerateSerializer, Immutable, Alias("pxo.NodeTables")]
public sealed record NodeTables([property: Id(0)] ImmutableArray<TableSchema> Tables);
