namespace PixieOrleans.Exec.Tests.Kernels;

/// <summary>Functions of the catalog that the engine cannot compute yet; a plan that calls one is refused.</summary>
internal static class NotComputedYet
{
    public static readonly IReadOnlySet<string> Names = """
        _build_request_path_clusters _exec_host_num_cpus _exec_hostname _match_endpoint _match_regex_rule
        _predict_request_path_cluster _upid_to_podname_local_addr_fallback asid cidrs_contain_ip
        container_id_to_start_time container_id_to_status container_id_to_stop_time
        container_name_to_container_id container_name_to_start_time container_name_to_stop_time
        deployment_id_to_deployment_name deployment_id_to_namespace deployment_id_to_start_time
        deployment_id_to_status deployment_id_to_stop_time deployment_name_to_deployment_id
        deployment_name_to_namespace deployment_name_to_start_time deployment_name_to_status
        deployment_name_to_stop_time get_cidrs has_service_id has_service_name has_value ip_to_pod_id
        ip_to_service_id namespace_name_to_namespace_id nslookup pod_id_to_deployment_id
        pod_id_to_deployment_name pod_id_to_namespace pod_id_to_node_name pod_id_to_owner_references
        pod_id_to_pod_labels pod_id_to_pod_name pod_id_to_replicaset_id pod_id_to_replicaset_name
        pod_id_to_service_id pod_id_to_service_name pod_id_to_start_time pod_id_to_stop_time
        pod_name_to_deployment_id pod_name_to_deployment_name pod_name_to_namespace pod_name_to_owner_references
        pod_name_to_pod_id pod_name_to_pod_ip pod_name_to_replicaset_id pod_name_to_replicaset_name
        pod_name_to_service_id pod_name_to_service_name pod_name_to_start_time pod_name_to_status
        pod_name_to_stop_time pprof regex_match replace replicaset_id_to_deployment_id
        replicaset_id_to_deployment_name replicaset_id_to_namespace replicaset_id_to_owner_references
        replicaset_id_to_replicaset_name replicaset_id_to_start_time replicaset_id_to_status
        replicaset_id_to_stop_time replicaset_name_to_deployment_id replicaset_name_to_deployment_name
        replicaset_name_to_namespace replicaset_name_to_owner_references replicaset_name_to_replicaset_id
        replicaset_name_to_start_time replicaset_name_to_status replicaset_name_to_stop_time sample
        service_id_to_cluster_ip service_id_to_external_ips service_id_to_service_name service_name_to_namespace
        service_name_to_service_id shared_libraries upid upid_to_asid upid_to_cmdline upid_to_container_id
        upid_to_container_name upid_to_deployment_id upid_to_deployment_name upid_to_hostname upid_to_namespace
        upid_to_node_name upid_to_pid upid_to_pod_id upid_to_pod_name upid_to_pod_qos upid_to_pod_status
        upid_to_replicaset_id upid_to_replicaset_name upid_to_service_id upid_to_service_name upid_to_start_ts
        upid_to_string vizier_id vizier_name vizier_namespace
        """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
}
