using PixieOrleans.Model.Entities;
using PixieOrleans.Scripts.Tests.Library;

namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>Who is who among the pods of the goldens.</summary>
internal static class FixtureEntities
{
    private const long StartNs = Compilation.NowNs - (3600L * 1_000_000_000);

    /// <summary>What the agent of a node knows, or what is known of all nodes when none is named.</summary>
    public static EntitySnapshot Of(string? node)
    {
        var state = new EntityState { PodCidrs = ["10.1.0.0/16"], ServiceCidr = "10.2.0.0/16" };
        foreach (var (pod, index) in FixturePod.All.Select((pod, index) => (pod, index)))
        {
            if (node is null || pod.Node == node)
            {
                Add(state, pod, index);
            }
        }

        return state.ToSnapshot();
    }

    private static void Add(EntityState state, FixturePod pod, int index)
    {
        var container = new Container($"{pod.Name}-container", pod.Service, pod.Id)
        {
            State = ContainerState.Running,
            StartNs = StartNs,
        };
        state.Set(new Namespace($"{pod.Namespace}-id", pod.Namespace));
        state.Set(new Service(pod.ServiceId, pod.Namespace, pod.Service)
        {
            ClusterIp = $"10.2.0.{index + 1}",
            StartNs = StartNs,
        });
        state.Set(new Pod(pod.Id, pod.Namespace, pod.Name)
        {
            NodeName = pod.Node,
            HostName = pod.Name,
            Addresses = [pod.Ip],
            Phase = PodPhase.Running,
            IsReady = true,
            StartNs = StartNs,
            ServiceIds = [pod.ServiceId],
        });
        state.Set(container);
        state.Set(new Process(pod.Upid, pod.CommandLine, container.Id, pod.Id));
    }
}
