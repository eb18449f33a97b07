using PixieOrleans.Model.Entities;

namespace PixieOrleans.Exec.Kernels.Entities;

/// <summary>Facts about pods, found by id, by name or by process.</summary>
internal static class PodFunctions
{
    /// <summary>Ways to find a pod by a text.</summary>
    public static readonly (string Source, Func<EntitySnapshot, string, Pod?> Find)[] Sources =
    [
        ("pod_id", static (all, id) => all.FindPod(id)),
        ("pod_name", static (all, name) => all.FindPodByName(name)),
    ];

    /// <summary>Facts about a pod that may have ended.</summary>
    public static readonly (string Fact, Func<EntitySnapshot, Pod?, string> TextOf)[] Texts =
    [
        ("pod_id", static (_, pod) => pod?.Id ?? ""),
        ("pod_name", static (_, pod) => pod?.FullName ?? ""),
        ("pod_ip", static (_, pod) => pod?.Address ?? ""),
        ("pod_labels", static (_, pod) => pod?.Labels ?? ""),
        ("node_name", static (_, pod) => pod?.NodeName ?? ""),
        ("status", static (_, pod) => EntityText.Status(pod)),
        ("owner_references", static (_, pod) => pod is null ? "" : EntityText.Owners(pod)),
        ("service_id", static (all, pod) => Services(all, pod, service => service.Id)),
        ("service_name", static (all, pod) => Services(all, pod, service => service.FullName)),
        ("replicaset_id", static (all, pod) => all.ReplicaSetOf(pod)?.Id ?? ""),
        ("replicaset_name", static (all, pod) => all.ReplicaSetOf(pod)?.FullName ?? ""),
        ("deployment_id", static (all, pod) => all.DeploymentOf(all.ReplicaSetOf(pod))?.Id ?? ""),
        ("deployment_name", static (all, pod) => all.DeploymentOf(all.ReplicaSetOf(pod))?.FullName ?? ""),
    ];

    /// <summary>Facts about the pod of a process; of its owners only while they live.</summary>
    public static readonly (string Fact, Func<EntitySnapshot, Pod?, string> TextOf)[] ProcessTexts =
    [
        ("pod_id", static (_, pod) => pod?.Id ?? ""),
        ("pod_name", static (_, pod) => pod?.FullName ?? ""),
        ("namespace", static (_, pod) => pod?.Namespace ?? ""),
        ("node_name", static (_, pod) => pod?.NodeName ?? ""),
        ("hostname", static (_, pod) => pod?.HostName ?? ""),
        ("pod_qos", static (_, pod) => pod is null ? "" : $"k{pod.QosClass}"),
        ("pod_status", static (_, pod) => EntityText.Status(pod)),
        ("service_id", static (all, pod) => Services(all, pod, service => service.Id)),
        ("service_name", static (all, pod) => Services(all, pod, service => service.FullName)),
        ("replicaset_id", static (all, pod) => IfAlive(all.ReplicaSetOf(pod))?.Id ?? ""),
        ("replicaset_name", static (all, pod) => IfAlive(all.ReplicaSetOf(pod))?.FullName ?? ""),
        ("deployment_id", static (all, pod) => IfAlive(all.DeploymentOf(all.ReplicaSetOf(pod)))?.Id ?? ""),
        ("deployment_name", static (all, pod) => IfAlive(all.DeploymentOf(all.ReplicaSetOf(pod)))?.FullName ?? ""),
    ];

    private static string Services(EntitySnapshot all, Pod? pod, Func<Service, string> textOf) =>
        pod is null ? "" : EntityText.OneOrArray(all.RunningServicesOf(pod).Select(textOf));

    private static T? IfAlive<T>(T? entity)
        where T : Entity => entity is { StopNs: 0 } ? entity : null;
}
