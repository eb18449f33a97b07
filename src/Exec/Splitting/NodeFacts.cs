using PixieOrleans.Model.Entities;

namespace PixieOrleans.Exec.Splitting;

/// <summary>What is known about a node before its rows are read; null: not known.</summary>
public sealed record NodeFacts
{
    /// <summary>Number of its agent.</summary>
    public uint? Asid { get; init; }

    /// <summary>Its name in the cluster, which is that of the node in what it knows about its processes.</summary>
    public string? NodeName { get; init; }

    /// <summary>Name of its machine.</summary>
    public string? Hostname { get; init; }

    /// <summary>Who is who on it: the same picture that its fragment is run with.</summary>
    public EntitySnapshot? Entities { get; init; }

    /// <summary>All that a node knows about itself.</summary>
    public static NodeFacts Of(QueryEnvironment node) =>
        new() { Asid = node.Asid, Hostname = node.Hostname, Entities = node.Entities };
}
