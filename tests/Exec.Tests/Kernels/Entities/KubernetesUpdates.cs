using System.Collections.Immutable;
using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Model.Entities;

namespace PixieOrleans.Exec.Tests.Kernels.Entities;

/// <summary>Who is who after a list of updates, as the cases of outside the repository write them.</summary>
internal sealed class KubernetesUpdates
{
    private readonly EntityState _state = new();

    /// <summary>The surroundings that a case asks for.</summary>
    public static QueryEnvironment Environment(JsonElement cases, JsonElement item)
    {
        if (!item.TryGetProperty("fixture", out var name))
        {
            return QueryEnvironment.Empty;
        }

        var fixtures = cases.GetProperty("fixtures");
        var fixture = fixtures.GetProperty(name.GetString()!);
        var updates = new KubernetesUpdates();
        var names = fixture.GetProperty("updates_in_order").EnumerateArray()
            .Concat(item.GetProperty("updates_after_fixture").EnumerateArray());
        foreach (var update in names)
        {
            updates.Apply(fixtures.GetProperty("update_bodies").GetProperty(update.GetString()!));
        }

        foreach (var upid in fixture.GetProperty("upids").EnumerateArray())
        {
            updates.AddProcess(upid);
        }

        var agent = fixture.GetProperty("agent");
        return new QueryEnvironment
        {
            Asid = agent.GetProperty("asid").GetUInt32(),
            Hostname = Text(agent, "hostname"),
            ClusterName = Text(agent, "vizier_name"),
            ClusterNamespace = Text(agent, "vizier_namespace"),
            Entities = updates._state.ToSnapshot(),
        };
    }

    private static string Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) ? value.GetString()! : "";

    private static int Number(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) ? value.GetInt32() : 0;

    private static ImmutableArray<string> Texts(JsonElement body, string name) =>
        Text(body, name) is { Length: > 0 } text ? [text] : [];

    private void AddProcess(JsonElement upid) => _state.Set(new Process(
        new Upid(
            upid.GetProperty("asid").GetUInt32(),
            upid.GetProperty("pid").GetUInt32(),
            upid.GetProperty("start_ts").GetUInt64()),
        Text(upid, "cmdline"),
        Text(upid, "container_id")));

    private void Apply(JsonElement update)
    {
        var kind = update.EnumerateObject().Single();
        var body = kind.Value;
        switch (kind.Name)
        {
            case "pod_update":
                Add(body, new Pod(Text(body, "uid"), Text(body, "namespace"), Text(body, "name")));
                break;
            case "container_update":
                AddContainer(body);
                break;
            case "service_update":
                AddService(body);
                break;
            case "replica_set_update":
                _state.Set(WithTimes(body, new ReplicaSet(
                    Text(body, "uid"), Text(body, "namespace"), Text(body, "name"))));
                break;
            case "deployment_update":
                _state.Set(WithTimes(body, new Deployment(
                    Text(body, "uid"), Text(body, "namespace"), Text(body, "name"))));
                break;
            default:
                _state.Set(new Namespace(Text(body, "uid"), Text(body, "name")));
                break;
        }
    }

    private void Add(JsonElement body, Pod pod)
    {
        _state.Set(WithTimes(body, pod) with
        {
            NodeName = Text(body, "node_name"),
            HostName = Text(body, "hostname"),
            Addresses = Texts(body, "pod_ip"),
            Labels = Text(body, "labels"),
            QosClass = Text(body, "qos_class") switch
            {
                "QOS_CLASS_GUARANTEED" => PodQosClass.Guaranteed,
                "QOS_CLASS_BEST_EFFORT" => PodQosClass.BestEffort,
                _ => PodQosClass.Unknown,
            },
            Phase = Enum.Parse<PodPhase>(Text(body, "phase"), ignoreCase: true),
            Message = Text(body, "message"),
            Reason = Text(body, "reason"),
            ServiceIds = _state.FindPod(pod.Id)?.ServiceIds ?? [],
        });
        foreach (var id in Texts(body, "container_ids"))
        {
            _state.Set(_state.FindContainer(id)! with { PodId = pod.Id });
        }
    }

    private void AddContainer(JsonElement body)
    {
        var id = Text(body, "cid");
        var container = new Container(id, Text(body, "name"), _state.FindContainer(id)?.PodId ?? "");
        _state.Set(WithTimes(body, container));
    }

    private void AddService(JsonElement body)
    {
        var id = Text(body, "uid");
        var service = _state.FindService(id) ?? new Service(id, Text(body, "namespace"), Text(body, "name"));
        service = body.TryGetProperty("start_timestamp_ns", out _) ? WithTimes(body, service) : service;
        _state.Set(body.TryGetProperty("cluster_ip", out var ip)
            ? service with { ClusterIp = ip.GetString()!, ExternalIps = Texts(body, "external_ips") }
            : service);
        foreach (var podId in Texts(body, "pod_ids"))
        {
            var pod = _state.FindPod(podId)!;
            _state.Set(pod with { ServiceIds = [.. pod.ServiceIds.Append(id).Distinct()] });
        }
    }

    private static T WithTimes<T>(JsonElement body, T entity)
        where T : Entity => entity with
        {
            StartNs = Number(body, "start_timestamp_ns"),
            StopNs = Number(body, "stop_timestamp_ns"),
            Owners = body.TryGetProperty("owner_references", out var owner)
                ? [new OwnerReference(Text(owner, "uid"), Text(owner, "kind"), Text(owner, "name"))]
                : [],
        };
}
