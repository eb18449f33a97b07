using System.Collections.Immutable;

namespace PixieOrleans.Model.Entities;

/// <summary>
/// Who is who at one moment: look-ups by id, by name, by address. Never changes, any thread may read it.
/// </summary>
/// <remarks>
/// Names are the full ones, "namespace/name". An entity that has ended is found until its owner forgets it.
/// </remarks>
public sealed class EntitySnapshot
{
    internal EntitySnapshot(EntityParts parts) => Parts = parts;

    /// <summary>Knows nothing.</summary>
    public static EntitySnapshot Empty { get; } = new EntityState().ToSnapshot();

    /// <summary>All pods.</summary>
    public IEnumerable<Pod> Pods => Parts.Pods.ById.Values;

    /// <summary>All services.</summary>
    public IEnumerable<Service> Services => Parts.Services.ById.Values;

    /// <summary>All containers.</summary>
    public IEnumerable<Container> Containers => Parts.Containers.ById.Values;

    /// <summary>All namespaces.</summary>
    public IEnumerable<Namespace> Namespaces => Parts.Namespaces.ById.Values;

    /// <summary>All replica sets.</summary>
    public IEnumerable<ReplicaSet> ReplicaSets => Parts.ReplicaSets.ById.Values;

    /// <summary>All deployments.</summary>
    public IEnumerable<Deployment> Deployments => Parts.Deployments.ById.Values;

    /// <summary>All processes.</summary>
    public IEnumerable<Process> Processes => Parts.Processes.Values;

    /// <summary>Ranges of the pods' addresses, such as "10.1.0.0/24".</summary>
    public ImmutableArray<string> PodCidrs => Parts.PodCidrs;

    /// <summary>Range of the services' addresses; empty when unknown.</summary>
    public string ServiceCidr => Parts.ServiceCidr;

    internal EntityParts Parts { get; }

    /// <summary>A process by the 128 bits of its upid.</summary>
    public Process? FindProcess(UInt128 upid) => Parts.Processes.GetValueOrDefault(upid);

    /// <summary>A container by id.</summary>
    public Container? FindContainer(string id) => Parts.Containers.Find(id);

    /// <summary>A container by name.</summary>
    public Container? FindContainerByName(string name) => Parts.Containers.FindByName(name);

    /// <summary>A pod by id.</summary>
    public Pod? FindPod(string id) => Parts.Pods.Find(id);

    /// <summary>A pod by name.</summary>
    public Pod? FindPodByName(string name) => Parts.Pods.FindByName(name);

    /// <summary>The pod that started last of those with an address.</summary>
    public Pod? FindPodByAddress(string address) => FindPodByAddress(address, long.MaxValue);

    /// <summary>The pod that had an address at a time, ns since 1970.</summary>
    public Pod? FindPodByAddress(string address, long timeNs)
    {
        var uses = AddressUses(address);
        for (var i = uses.Length - 1; i >= 0; i--)
        {
            if (uses[i].StartNs <= timeNs)
            {
                return FindPod(uses[i].PodId);
            }
        }

        return null;
    }

    /// <summary>Pods that have or had an address, by their start.</summary>
    public ImmutableArray<AddressUse> AddressUses(string address) =>
        Parts.PodsByAddress.TryGetValue(address, out var uses) ? uses : [];

    /// <summary>A service by id.</summary>
    public Service? FindService(string id) => Parts.Services.Find(id);

    /// <summary>A service by name.</summary>
    public Service? FindServiceByName(string name) => Parts.Services.FindByName(name);

    /// <summary>The service with a cluster address.</summary>
    public Service? FindServiceByClusterIp(string address) =>
        Parts.ServicesByClusterIp.TryGetValue(address, out var id) ? FindService(id) : null;

    /// <summary>A replica set by id.</summary>
    public ReplicaSet? FindReplicaSet(string id) => Parts.ReplicaSets.Find(id);

    /// <summary>A replica set by name.</summary>
    public ReplicaSet? FindReplicaSetByName(string name) => Parts.ReplicaSets.FindByName(name);

    /// <summary>A deployment by id.</summary>
    public Deployment? FindDeployment(string id) => Parts.Deployments.Find(id);

    /// <summary>A deployment by name.</summary>
    public Deployment? FindDeploymentByName(string name) => Parts.Deployments.FindByName(name);

    /// <summary>A namespace by name.</summary>
    public Namespace? FindNamespaceByName(string name) => Parts.Namespaces.FindByName(name);

    /// <summary>The pod of a process.</summary>
    public Pod? PodOf(Process? process) => process is null ? null
        : FindPod(process.PodId.Length > 0 ? process.PodId : FindContainer(process.ContainerId)?.PodId ?? "");

    /// <summary>The services of a pod that have not ended.</summary>
    public IEnumerable<Service> RunningServicesOf(Pod pod)
    {
        foreach (var id in pod.ServiceIds)
        {
            if (FindService(id) is { StopNs: 0 } service)
            {
                yield return service;
            }
        }
    }

    /// <summary>The replica set that controls a pod.</summary>
    public ReplicaSet? ReplicaSetOf(Pod? pod) => FirstOwner(pod, FindReplicaSet);

    /// <summary>The deployment that controls a replica set.</summary>
    public Deployment? DeploymentOf(ReplicaSet? replicaSet) => FirstOwner(replicaSet, FindDeployment);

    private static T? FirstOwner<T>(Entity? entity, Func<string, T?> find)
        where T : Entity
    {
        foreach (var owner in entity?.Owners ?? [])
        {
            if (owner.Kind == typeof(T).Name && find(owner.Id) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}

/// <summary>A pod has an address from a time on.</summary>
/// <param name="StartNs">Start of the pod, ns since 1970.</param>
/// <param name="PodId">The pod.</param>
public readonly record struct AddressUse(long StartNs, string PodId);

/// <summary>What a snapshot is made of.</summary>
internal sealed record EntityParts(
    ImmutableDictionary<UInt128, Process> Processes,
    EntityIndex<Pod> Pods,
    EntityIndex<Service> Services,
    EntityIndex<Container> Containers,
    EntityIndex<Namespace> Namespaces,
    EntityIndex<ReplicaSet> ReplicaSets,
    EntityIndex<Deployment> Deployments,
    ImmutableDictionary<string, ImmutableArray<AddressUse>> PodsByAddress,
    ImmutableDictionary<string, string> ServicesByClusterIp,
    ImmutableArray<string> PodCidrs,
    string ServiceCidr);
