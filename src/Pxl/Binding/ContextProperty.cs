using System.Collections.Frozen;
using System.Collections.Immutable;

namespace PixieOrleans.Pxl.Binding;

/// <summary>A property of df.ctx: what a row is about, found through the first of some columns that is there.</summary>
/// <param name="Name">Its name; the function that computes it is "source_to_name".</param>
/// <param name="Aliases">Other names of it.</param>
/// <param name="Sources">Columns it can be computed from, best first.</param>
internal sealed record ContextProperty(string Name, ImmutableArray<string> Aliases, ImmutableArray<string> Sources)
{
    /// <summary>Column that identifies the process.</summary>
    public const string Upid = "upid";

    /// <summary>Property that has a way of its own for connections of processes that are gone.</summary>
    public const string PodName = "pod_name";

    private const string PodId = "pod_id";
    private const string DeploymentId = "deployment_id";
    private const string DeploymentName = "deployment_name";
    private const string ReplicaSetId = "replicaset_id";
    private const string ReplicaSetName = "replicaset_name";
    private const string ServiceId = "service_id";
    private const string ServiceName = "service_name";

    /// <summary>All properties.</summary>
    public static readonly ImmutableArray<ContextProperty> All =
    [
        new(PodName, ["pod"], [Upid, PodId]),
        new("namespace", [], [Upid, PodId, PodName, ServiceName]),
        new(ServiceName, ["service"], [Upid, ServiceId, PodId, PodName]),
        new("node_name", ["node"], [Upid, PodId]),
        new("container_name", ["container"], [Upid]),
        new("cmdline", ["cmd"], [Upid]),
        new(PodId, [], [Upid, PodName]),
        new("container_id", [], [Upid]),
        new("pid", [], [Upid]),
        new(ServiceId, [], [Upid, ServiceName, PodId, PodName]),
        new(DeploymentId, [], [Upid, DeploymentName, PodId, PodName, ReplicaSetId, ReplicaSetName]),
        new(
            DeploymentName,
            ["deployment"],
            [Upid, DeploymentId, PodId, PodName, ReplicaSetId, ReplicaSetName]),
        new(ReplicaSetId, ["replica_set_id"], [Upid, PodId, PodName, ReplicaSetName]),
        new(ReplicaSetName, ["replica_set", "replicaset"], [Upid, PodId, PodName, ReplicaSetId]),
        new("hostname", ["host"], [Upid]),
        new("asid", [], [Upid]),
    ];

    private static readonly FrozenDictionary<string, ContextProperty> ByName = All
        .SelectMany(property => property.Aliases.Prepend(property.Name), (property, name) => (name, property))
        .ToFrozenDictionary(pair => pair.name, pair => pair.property, StringComparer.Ordinal);

    /// <summary>All names and aliases, for suggestions.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>The property of a name or alias, or null.</summary>
    public static ContextProperty? Find(string name) => ByName.GetValueOrDefault(name);
}
