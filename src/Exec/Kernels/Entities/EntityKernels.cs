using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Model.Entities;
using PixieOrleans.Plans.Functions;

namespace PixieOrleans.Exec.Kernels.Entities;

/// <summary>
/// Functions about who is who. Each is a way to find an entity (by id, by name, by process) and a fact about it; what
/// is not known gives empty text or 0.
/// </summary>
internal static class EntityKernels
{
    /// <summary>Adds the family.</summary>
    public static void Register(KernelTable table)
    {
        foreach (var (source, find) in PodFunctions.Sources)
        {
            Texts(table, source, find, PodFunctions.Texts);
            Times(table, source, find);
        }

        Texts(table, "replicaset_id", static (all, id) => all.FindReplicaSet(id), WorkloadFunctions.ReplicaSetTexts);
        Times(table, "replicaset_id", static (all, id) => all.FindReplicaSet(id));
        Texts(
            table, "replicaset_name", static (all, name) => all.FindReplicaSetByName(name),
            WorkloadFunctions.ReplicaSetTexts);
        Times(table, "replicaset_name", static (all, name) => all.FindReplicaSetByName(name));
        Texts(table, "deployment_id", static (all, id) => all.FindDeployment(id), WorkloadFunctions.DeploymentTexts);
        Times(table, "deployment_id", static (all, id) => all.FindDeployment(id));
        Texts(
            table, "deployment_name", static (all, name) => all.FindDeploymentByName(name),
            WorkloadFunctions.DeploymentTexts);
        Times(table, "deployment_name", static (all, name) => all.FindDeploymentByName(name));
        RegisterContainers(table);
        RegisterServices(table);
        RegisterProcesses(table);
        RegisterAddresses(table);
    }

    private static void RegisterContainers(KernelTable table)
    {
        Times(table, "container_id", static (all, id) => all.FindContainer(id));
        Times(table, "container_name", static (all, name) => all.FindContainerByName(name));
        Text(table, "container_id_to_status", static (all, id) => EntityText.Status(all.FindContainer(id)));
        Text(
            table, "container_name_to_container_id",
            static (all, name) => all.FindContainerByName(name)?.Id ?? "");
    }

    private static void RegisterServices(KernelTable table)
    {
        Text(table, "service_id_to_service_name", static (all, id) => all.FindService(id)?.FullName ?? "");
        Text(table, "service_id_to_cluster_ip", static (all, id) => all.FindService(id)?.ClusterIp ?? "");
        Text(
            table, "service_id_to_external_ips",
            static (all, id) => all.FindService(id) is { } service ? EntityText.Array(service.ExternalIps) : "");
        Text(table, "service_name_to_service_id", static (all, name) => all.FindServiceByName(name)?.Id ?? "");
        Text(table, "service_name_to_namespace", static (_, name) => EntityText.NamespaceOf(name));
        Text(table, "pod_id_to_namespace", static (all, id) => all.FindPod(id)?.Namespace ?? "");
        Text(table, "pod_name_to_namespace", static (_, name) => EntityText.NamespaceOf(name));
        Text(
            table, "namespace_name_to_namespace_id",
            static (all, name) => all.FindNamespaceByName(name)?.Id ?? "");
    }

    private static void RegisterProcesses(KernelTable table)
    {
        foreach (var (fact, textOf) in PodFunctions.ProcessTexts)
        {
            Process(table, $"upid_to_{fact}", (all, process) => textOf(all, all.PodOf(process)));
        }

        Process(table, "upid_to_cmdline", static (_, process) => process?.CommandLine ?? "");
        Process(table, "upid_to_container_id", static (_, process) => process?.ContainerId ?? "");
        Process(
            table, "upid_to_container_name",
            static (all, process) => all.FindContainer(process?.ContainerId ?? "")?.Name ?? "");
    }

    private static void RegisterAddresses(KernelTable table)
    {
        Text(table, "ip_to_pod_id", static (all, address) => all.FindPodByAddress(address)?.Id ?? "");
        Text(table, "ip_to_service_id", ServiceIdOf);
        table.Add("ip_to_pod_id", "ST:S", static call => new PodAtAddress(
            null,
            (StringExpression)call.Arguments[0],
            (FixedExpression<long>)call.Arguments[1],
            static pod => pod?.Id ?? "",
            call.Options));
        table.Add("_upid_to_podname_local_addr_fallback", "UST:S", static call => new PodAtAddress(
            (FixedExpression<UInt128>)call.Arguments[0],
            (StringExpression)call.Arguments[1],
            (FixedExpression<long>)call.Arguments[2],
            static pod => pod?.FullName ?? "",
            call.Options));
        table.Add("get_cidrs", ":S", static call => new StringConstant(
            System.Text.Encoding.UTF8.GetBytes(ClusterCidrs.ToText(call.Options.Environment.Entities))));
        StringKernels.Pair<HasValue>(table, "has_value");
        StringKernels.Pair<HasValue>(table, "has_service_name");
        StringKernels.Pair<HasValue>(table, "has_service_id");
    }

    private static string ServiceIdOf(EntitySnapshot all, string address)
    {
        if (all.FindServiceByClusterIp(address) is { } service)
        {
            return service.Id;
        }

        return all.FindPodByAddress(address) is { } pod
            ? EntityText.OneOrArray(all.RunningServicesOf(pod).Select(s => s.Id))
            : "";
    }

    private static void Texts<T>(
        KernelTable table,
        string source,
        Func<EntitySnapshot, string, T?> find,
        IEnumerable<(string Fact, Func<EntitySnapshot, T?, string> TextOf)> facts)
        where T : Entity
    {
        foreach (var (fact, textOf) in facts)
        {
            if (IsFunction($"{source}_to_{fact}"))
            {
                Text(table, $"{source}_to_{fact}", (all, key) => textOf(all, find(all, key)));
            }
        }
    }

    // Not every fact is asked for in every way: pod_id_to_pod_id does not exist.
    private static bool IsFunction(string name) => FunctionCatalog.Resolve(name, [DataType.String]) is not null;

    private static void Times<T>(KernelTable table, string source, Func<EntitySnapshot, string, T?> find)
        where T : Entity
    {
        Time(table, $"{source}_to_start_time", (all, key) => find(all, key)?.StartNs ?? 0);
        Time(table, $"{source}_to_stop_time", (all, key) => find(all, key)?.StopNs ?? 0);
    }

    private static void Text(KernelTable table, string function, Func<EntitySnapshot, string, string> find) =>
        table.Add(function, "S:S", call =>
        {
            var input = (StringExpression)call.Arguments[0];
            return new LookUpText<string>(new TextReader(input), input, find, call.Options);
        });

    private static void Time(KernelTable table, string function, Func<EntitySnapshot, string, long> find) =>
        table.Add(function, "S:T", call =>
        {
            var input = (StringExpression)call.Arguments[0];
            return new LookUpTime<string>(new TextReader(input), input, find, call.Options);
        });

    private static void Process(KernelTable table, string function, Func<EntitySnapshot, Process?, string> find) =>
        table.Add(function, "U:S", call =>
        {
            var input = (FixedExpression<UInt128>)call.Arguments[0];
            return new LookUpText<UInt128>(
                new UpidReader(input), input, (all, upid) => find(all, all.FindProcess(upid)), call.Options);
        });
}
