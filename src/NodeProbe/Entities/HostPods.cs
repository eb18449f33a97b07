using System.Collections.Immutable;
using PixieOrleans.Model.Entities;

namespace PixieOrleans.NodeProbe.Entities;

/// <summary>One instance of a unit, container or program, and how many of its processes are known.</summary>
internal sealed class HostPod(string key, string id, string serviceId, string containerId)
{
    /// <summary>What its processes have in common.</summary>
    public string Key => key;

    /// <summary>Id of the pod.</summary>
    public string Id => id;

    /// <summary>Id of its service.</summary>
    public string ServiceId => serviceId;

    /// <summary>Id of its container; empty without one.</summary>
    public string ContainerId => containerId;

    /// <summary>Its processes that run.</summary>
    public HashSet<uint> Running { get; } = [];

    /// <summary>Its processes that are known, running or ended.</summary>
    public int Known { get; set; }
}

/// <summary>
/// Pods, services and containers of a plain machine; they live as long as one of their processes is known. Used by one
/// thread.
/// </summary>
internal sealed class HostPods(
    HostEntitiesSettings settings, IProcessReader reader, EntityState state, Func<ulong, long> startOf)
{
    private readonly Dictionary<string, HostPod> _running = new(StringComparer.Ordinal); // by key
    private readonly Dictionary<string, int> _podsOfService = new(StringComparer.Ordinal); // by id
    private string _hostNetNamespace = "";

    /// <summary>Grows with every change of a pod or service.</summary>
    public long Changes { get; private set; }

    /// <summary>The pod of the machine itself, which has its addresses.</summary>
    public void SetHost(ProcessFacts init, string netNamespace, IReadOnlyList<string> addresses)
    {
        var (name, id) = (settings.HostName, EntityNames.IdOf(settings.NodeName, "host"));
        _hostNetNamespace = netNamespace;
        if (state.FindPod(id) is { } known && known.Addresses.SequenceEqual(addresses))
        {
            return;
        }

        var serviceId = SetService(EntityNames.Host, name);
        state.Set(PodOf(id, EntityNames.Host, name, init, serviceId) with { Addresses = [.. addresses] });
        Changes++;
    }

    /// <summary>The pod of a process; a new one when the one before has ended.</summary>
    /// <param name="facts">The process.</param>
    /// <param name="root">The first process of its instance.</param>
    /// <param name="nowNs">Now, ns since 1970.</param>
    public HostPod Join(ProcessFacts facts, ProcessFacts root, long nowNs)
    {
        var key = KeyOf(facts, root);
        if (_running.TryGetValue(key, out var pod) && !IsAlive(pod))
        {
            End(pod, nowNs);
            pod = null;
        }

        pod ??= Add(key, facts, root);
        pod.Running.Add(facts.Stat.ProcessId);
        pod.Known++;
        return pod;
    }

    /// <summary>A process of a pod has ended, or moved to another.</summary>
    public void Leave(HostPod pod, uint processId, long nowNs)
    {
        if (pod.Running.Remove(processId) && pod.Running.Count == 0)
        {
            End(pod, nowNs);
        }
    }

    /// <summary>A process of a pod is forgotten.</summary>
    public void Forget(HostPod pod)
    {
        if (--pod.Known > 0)
        {
            return;
        }

        state.RemovePod(pod.Id);
        if (pod.ContainerId.Length > 0 && state.FindContainer(pod.ContainerId)?.PodId == pod.Id)
        {
            state.RemoveContainer(pod.ContainerId);
        }

        if (--_podsOfService[pod.ServiceId] == 0)
        {
            _podsOfService.Remove(pod.ServiceId);
            state.RemoveService(pod.ServiceId);
        }

        Changes++;
    }

    /// <summary>Reads the addresses of a pod that may have got them after its start.</summary>
    public void RefreshAddresses(HostPod pod, ProcessFacts facts)
    {
        var addresses = AddressesOf(facts);
        if (state.FindPod(pod.Id) is { } known && !known.Addresses.SequenceEqual(addresses))
        {
            state.Set(known with { Addresses = addresses });
            Changes++;
        }
    }

    private static string KeyOf(ProcessFacts facts, ProcessFacts root) => facts.Place.Kind == CgroupKind.None
        ? $"{facts.Executable} {root.Stat.ProcessId} {root.Stat.StartTicks}"
        : facts.Place.Path;

    private HostPod Add(string key, ProcessFacts facts, ProcessFacts root)
    {
        var place = facts.Place;
        var containerName = place.Kind == CgroupKind.Container ? reader.ReadContainerName(place) : null;
        var names = EntityNames.Of(place, containerName, facts.Executable, root.Stat.ProcessId);
        var serviceId = SetService(names.Namespace, names.Service);
        _podsOfService[serviceId] = _podsOfService.GetValueOrDefault(serviceId) + 1;
        var id = EntityNames.IdOf(settings.NodeName, key, $"{root.Stat.StartTicks}");
        var containerId = place.Kind == CgroupKind.Container ? place.Name : "";
        var pod = new HostPod(key, id, serviceId, containerId);
        _running[key] = pod;
        state.Set(PodOf(id, names.Namespace, names.Pod, root, serviceId) with { Addresses = AddressesOf(facts) });
        if (containerId.Length > 0)
        {
            state.Set(new Container(containerId, containerName ?? containerId, id)
            {
                StartNs = startOf(root.Stat.StartTicks),
                State = ContainerState.Running,
            });
        }

        Changes++;
        return pod;
    }

    private Pod PodOf(string id, string space, string name, ProcessFacts root, string serviceId) =>
        new(id, space, name)
        {
            StartNs = startOf(root.Stat.StartTicks),
            NodeName = settings.NodeName,
            HostName = settings.HostName,
            Phase = PodPhase.Running,
            IsReady = true,
            ServiceIds = [serviceId],
        };

    // The service of the machine itself is not counted: it stays.
    private string SetService(string space, string name)
    {
        var id = EntityNames.IdOf("service", space, name);
        if (state.FindService(id) is null)
        {
            state.Set(new Namespace(EntityNames.IdOf("namespace", space), space));
            state.Set(new Service(id, space, name));
        }

        return id;
    }

    private ImmutableArray<string> AddressesOf(ProcessFacts facts) =>
        facts.NetNamespace.Length == 0 || _hostNetNamespace.Length == 0 || facts.NetNamespace == _hostNetNamespace
            ? []
            : [.. reader.ReadAddresses(facts.Stat.ProcessId)];

    // A unit may have been started anew between two scans: its group is the same, its processes are others.
    private bool IsAlive(HostPod pod) => pod.Running.Any(id => reader.ReadStat(id) is not null);

    private void End(HostPod pod, long nowNs)
    {
        if (_running.GetValueOrDefault(pod.Key) == pod)
        {
            _running.Remove(pod.Key);
        }

        if (state.FindPod(pod.Id) is { } known)
        {
            state.Set(known with { StopNs = nowNs, Phase = PodPhase.Terminated, IsReady = false });
        }

        if (pod.ContainerId.Length > 0 && state.FindContainer(pod.ContainerId) is { } container
            && container.PodId == pod.Id)
        {
            state.Set(container with { StopNs = nowNs, State = ContainerState.Terminated });
        }

        Changes++;
    }
}
