using PixieOrleans.Model.Entities;

namespace PixieOrleans.Exec.Kernels.Entities;

/// <summary>Facts about replica sets and deployments, which may have ended.</summary>
internal static class WorkloadFunctions
{
    /// <summary>Facts about a replica set.</summary>
    public static readonly (string Fact, Func<EntitySnapshot, ReplicaSet?, string> TextOf)[] ReplicaSetTexts =
    [
        ("replicaset_id", static (_, set) => set?.Id ?? ""),
        ("replicaset_name", static (_, set) => set?.FullName ?? ""),
        ("namespace", static (_, set) => set?.Namespace ?? ""),
        ("owner_references", static (_, set) => set is null ? "" : EntityText.Owners(set)),
        ("status", static (_, set) => set is null ? "" : EntityText.Status(set)),
        ("deployment_id", static (all, set) => all.DeploymentOf(set)?.Id ?? ""),
        ("deployment_name", static (all, set) => all.DeploymentOf(set)?.FullName ?? ""),
    ];

    /// <summary>Facts about a deployment.</summary>
    public static readonly (string Fact, Func<EntitySnapshot, Deployment?, string> TextOf)[] DeploymentTexts =
    [
        ("deployment_id", static (_, deployment) => deployment?.Id ?? ""),
        ("deployment_name", static (_, deployment) => deployment?.FullName ?? ""),
        ("namespace", static (_, deployment) => deployment?.Namespace ?? ""),
        ("status", static (_, deployment) => deployment is null ? "" : EntityText.Status(deployment)),
    ];
}
