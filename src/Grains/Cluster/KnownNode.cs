namespace PixieOrleans.Grains.Cluster;

/// <summary>Presence of a node in the cluster.</summary>
internal enum NodePresence
{
    /// <summary>Its silo is starting.</summary>
    Joining,

    /// <summary>Its silo answers.</summary>
    Active,

    /// <summary>Its silo is shutting down.</summary>
    Leaving,

    /// <summary>Its silo has gone, on purpose or not.</summary>
    Dead,
}

/// <summary>A node, present or gone.</summary>
/// <param name="Name">Name of the node.</param>
/// <param name="Silo">Its latest silo.</param>
/// <param name="Presence">Its presence.</param>
/// <param name="Since">Since when; for a node dead before this silo started, its last sign of life.</param>
internal sealed record KnownNode(string Name, SiloAddress Silo, NodePresence Presence, DateTimeOffset Since);
