using System.Collections.Immutable;

namespace PixieOrleans.Model.Entities;

/// <summary>
/// Who is who, while it changes; used by one thread at a time. A picture costs the changes since the one before.
/// </summary>
public sealed class EntityState
{
    private readonly ImmutableDictionary<UInt128, Process>.Builder _processes =
        ImmutableDictionary.CreateBuilder<UInt128, Process>();

    private readonly EntityIndexBuilder<Pod> _pods = new();
    private readonly EntityIndexBuilder<Service> _services = new();
    private readonly EntityIndexBuilder<Container> _containers = new();
    private readonly EntityIndexBuilder<Namespace> _namespaces = new();
    private readonly EntityIndexBuilder<ReplicaSet> _replicaSets = new();
    private readonly EntityIndexBuilder<Deployment> _deployments = new();
    private readonly ImmutableDictionary<string, ImmutableArray<AddressUse>>.Builder _podsByAddress =
        ImmutableDictionary.CreateBuilder<string, ImmutableArray<AddressUse>>(StringComparer.Ordinal);

    private readonly ImmutableDictionary<string, string>.Builder _servicesByClusterIp =
        ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);

    /// <summary>Ranges of the pods' addresses.</summary>
    public ImmutableArray<string> PodCidrs { get; set; } = [];

    /// <summary>Range of the services' addresses; empty when unknown.</summary>
    public string ServiceCidr { get; set; } = "";

    /// <summary>A picture of now.</summary>
    public EntitySnapshot ToSnapshot() => new(new EntityParts(
        _processes.ToImmutable(),
        _pods.ToIndex(),
        _services.ToIndex(),
        _containers.ToIndex(),
        _namespaces.ToIndex(),
        _replicaSets.ToIndex(),
        _deployments.ToIndex(),
        _podsByAddress.ToImmutable(),
        _servicesByClusterIp.ToImmutable(),
        PodCidrs,
        ServiceCidr));

    /// <summary>Adds a process or replaces it.</summary>
    public void Set(Process process) => _processes[process.Upid.ToUInt128()] = process;

    /// <summary>Removes a process.</summary>
    public void RemoveProcess(Upid upid) => _processes.Remove(upid.ToUInt128());

    /// <summary>Adds a pod or replaces it.</summary>
    public void Set(Pod pod)
    {
        if (_pods.Find(pod.Id) is { } previous)
        {
            RemoveAddresses(previous);
        }

        _pods.Set(pod);
        foreach (var address in pod.Addresses)
        {
            var uses = _podsByAddress.TryGetValue(address, out var known) ? known : [];
            _podsByAddress[address] = uses.Add(new AddressUse(pod.StartNs, pod.Id)).Sort(ByStart);
        }
    }

    /// <summary>The pod with an id, or null.</summary>
    public Pod? FindPod(string id) => _pods.Find(id);

    /// <summary>Removes a pod.</summary>
    public void RemovePod(string id)
    {
        if (_pods.Find(id) is { } pod)
        {
            RemoveAddresses(pod);
            _pods.Remove(pod);
        }
    }

    /// <summary>Adds a service or replaces it.</summary>
    public void Set(Service service)
    {
        RemoveClusterIp(_services.Find(service.Id));
        _services.Set(service);
        if (service.ClusterIp.Length > 0)
        {
            _servicesByClusterIp[service.ClusterIp] = service.Id;
        }
    }

    /// <summary>The service with an id, or null.</summary>
    public Service? FindService(string id) => _services.Find(id);

    /// <summary>Removes a service.</summary>
    public void RemoveService(string id)
    {
        if (_services.Find(id) is { } service)
        {
            RemoveClusterIp(service);
            _services.Remove(service);
        }
    }

    /// <summary>Adds a container or replaces it.</summary>
    public void Set(Container container) => _containers.Set(container);

    /// <summary>The container with an id, or null.</summary>
    public Container? FindContainer(string id) => _containers.Find(id);

    /// <summary>Removes a container.</summary>
    public void RemoveContainer(string id) => Remove(_containers, id);

    /// <summary>Adds a namespace or replaces it.</summary>
    public void Set(Namespace item) => _namespaces.Set(item);

    /// <summary>Removes a namespace.</summary>
    public void RemoveNamespace(string id) => Remove(_namespaces, id);

    /// <summary>Adds a replica set or replaces it.</summary>
    public void Set(ReplicaSet replicaSet) => _replicaSets.Set(replicaSet);

    /// <summary>Removes a replica set.</summary>
    public void RemoveReplicaSet(string id) => Remove(_replicaSets, id);

    /// <summary>Adds a deployment or replaces it.</summary>
    public void Set(Deployment deployment) => _deployments.Set(deployment);

    /// <summary>Removes a deployment.</summary>
    public void RemoveDeployment(string id) => Remove(_deployments, id);

    private static int ByStart(AddressUse left, AddressUse right) => left.StartNs != right.StartNs
        ? left.StartNs.CompareTo(right.StartNs)
        : string.CompareOrdinal(left.PodId, right.PodId);

    private static void Remove<T>(EntityIndexBuilder<T> entities, string id)
        where T : Entity
    {
        if (entities.Find(id) is { } entity)
        {
            entities.Remove(entity);
        }
    }

    private void RemoveAddresses(Pod pod)
    {
        foreach (var address in pod.Addresses)
        {
            if (!_podsByAddress.TryGetValue(address, out var uses))
            {
                continue;
            }

            var left = uses.RemoveAll(use => use.PodId == pod.Id);
            if (left.IsEmpty)
            {
                _podsByAddress.Remove(address);
            }
            else
            {
                _podsByAddress[address] = left;
            }
        }
    }

    private void RemoveClusterIp(Service? service)
    {
        if (service is not null
            && _servicesByClusterIp.TryGetValue(service.ClusterIp, out var id) && id == service.Id)
        {
            _servicesByClusterIp.Remove(service.ClusterIp);
        }
    }
}
