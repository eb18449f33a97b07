using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace PixieOrleans.Model.Entities;

/// <summary>Something that runs, or that groups what runs: with an id, a name and a life time.</summary>
/// <param name="Id">Unique over all entities, also over time.</param>
/// <param name="Namespace">Namespace of the name; empty when the kind has none.</param>
/// <param name="Name">Name within the namespace; may be used again after the end of the entity.</param>
public abstract record Entity(string Id, string Namespace, string Name)
{
    /// <summary>Start, ns since 1970; 0 when unknown.</summary>
    public long StartNs { get; init; }

    /// <summary>End, ns since 1970; 0 while the entity lives.</summary>
    public long StopNs { get; init; }

    /// <summary>What controls the entity.</summary>
    public ImmutableArray<OwnerReference> Owners { get; init; } = [];

    /// <summary>The name that scripts see: "namespace/name".</summary>
    [JsonIgnore]
    public virtual string FullName => $"{Namespace}/{Name}";
}

/// <summary>What controls an entity.</summary>
/// <param name="Id">Id of the owner.</param>
/// <param name="Kind">Kind, such as "ReplicaSet".</param>
/// <param name="Name">Name of the owner, without its namespace.</param>
public readonly record struct OwnerReference(string Id, string Kind, string Name);

/// <summary>One condition of an entity, as its controller reports it.</summary>
/// <param name="Type">What it is about, such as "Available".</param>
/// <param name="Status">"True", "False" or "Unknown".</param>
public readonly record struct EntityCondition(string Type, string Status);
