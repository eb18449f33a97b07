namespace PixieOrleans.Grains.Interfaces.Nodes;

/// <summary>Who is who on a node, apart from its processes.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Asid">Its number in upids; 0 while it has none.</param>
/// <param name="Version">Number of this state; another one means that something has changed.</param>
/// <param name="Entities">UTF-8 JSON of the entities; null when the caller has this version.</param>
[GenerateSerializer, Immutable, Alias("pxo.NodeEntities")]
public sealed record NodeEntities(
    [property: Id(0)] string Node,
    [property: Id(1)] uint Asid,
    [property: Id(2)] long Version,
    [property: Id(3)] byte[]? Entities);
