using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace PixieOrleans.Model.Entities;

/// <summary>A name under which pods do the same work.</summary>
public sealed record Service(string Id, string Namespace, string Name) : Entity(Id, Namespace, Name)
{
    /// <summary>Address that stands for all of its pods; may be empty.</summary>
    public string ClusterIp { get; init; } = "";

    /// <summary>Addresses under which it is known outside the cluster.</summary>
    public ImmutableArray<string> ExternalIps { get; init; } = [];
}

/// <summary>A namespace of names. Its own name has none.</summary>
public sealed record Namespace(string Id, string Name) : Entity(Id, "", Name)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string FullName => Name;
}
