using System.Collections.Immutable;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Model;

namespace PixieOrleans.Grains.Interfaces.Cluster;

/// <summary>
/// Nodes of the cluster and what they have in common. Key: 0. Its state comes from the nodes, so that it may
/// move to another silo at any time.
/// </summary>
[Alias("pxo.IClusterGrain")]
public interface IClusterGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Gives a node its number for upids: the same for the same name whenever possible, never one that another
    /// node uses. Repeating the call gives the same number.
    /// </summary>
    [Alias("Register")]
    ValueTask<NodeIdentity> RegisterAsync(string node, CancellationToken cancellationToken = default);

    /// <summary>All nodes, also those which went away lately.</summary>
    [Alias("GetNodes")]
    ValueTask<ClusterNodes> GetNodesAsync(CancellationToken cancellationToken = default);

    /// <summary>Tables of all nodes that can be reached, merged by name.</summary>
    [Alias("GetTables")]
    ValueTask<ClusterTables> GetTablesAsync(CancellationToken cancellationToken = default);
}

/// <summary>All nodes.</summary>
/// <param name="Nodes">The nodes, by name.</param>
[GenerateSerializer, Immutable, Alias("pxo.ClusterNodes")]
public sealed record ClusterNodes([property: Id(0)] ImmutableArray<ClusterNode> Nodes);

/// <summary>One node.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">joining, active, leaving or dead.</param>
/// <param name="Since">Since when, UTC.</param>
/// <param name="Asid">Its number in upids; 0 while it has none or does not answer.</param>
[GenerateSerializer, Immutable, Alias("pxo.ClusterNode")]
public sealed record ClusterNode(
    [property: Id(0)] string Name,
    [property: Id(1)] string State,
    [property: Id(2)] DateTimeOffset Since,
    [property: Id(3)] uint Asid);

/// <summary>All tables.</summary>
/// <param name="Tables">The tables, by name.</param>
[GenerateSerializer, Immutable, Alias("pxo.ClusterTables")]
public sealed record ClusterTables([property: Id(0)] ImmutableArray<ClusterTable> Tables);

/// <summary>One table.</summary>
/// <param name="Schema">Its schema; the first node's, by name, when nodes differ.</param>
/// <param name="Nodes">Names of the nodes that have it.</param>
[GenerateSerializer, Immutable, Alias("pxo.ClusterTable")]
public sealed record ClusterTable(
    [property: Id(0)] TableSchema Schema, [property: Id(1)] ImmutableArray<string> Nodes);
