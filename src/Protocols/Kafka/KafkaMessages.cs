using System.Collections.Frozen;

namespace PixieOrleans.Protocols.Kafka;

/// <summary>
/// The APIs whose bodies are shown: what clients send. Source: Kafka protocol guide, "The Messages", and the KIPs 482
/// (flexible versions) and 516 (topic ids). Names are those of the guide in snake case, shortened to "name" and "index"
/// for topics and partitions. Authentication is left out on purpose: it carries secrets.
/// </summary>
internal static class KafkaMessages
{
    private static readonly FrozenDictionary<KafkaApi, KafkaSchema> Schemas = new Dictionary<KafkaApi, KafkaSchema>
    {
        [KafkaApi.Produce] = new(
            9, 13,
            """
            transactional_id:text@3- acks:i16 timeout_ms:i32
            topics:[ name:text@0-12 topic_id:topicid@13- partitions:[ index:i32 message_set:records ] ]
            """,
            """
            topics:[ name:text@0-12 topic_id:topicid@13- partitions:[ index:i32 error_code:i16 base_offset:i64
            log_append_time_ms:i64@2- log_start_offset:i64@5- record_errors:[@8- batch_index:i32
            error_message:text ] error_message:text@8- ] ] throttle_time_ms:i32@1-
            """),
        [KafkaApi.Fetch] = new(
            12, 18,
            """
            replica_id:i32@0-14 max_wait_ms:i32 min_bytes:i32 max_bytes:i32@3- isolation_level:i8@4-
            session_id:i32@7- session_epoch:i32@7- topics:[ name:text@0-12 topic_id:topicid@13- partitions:[ index:i32
            current_leader_epoch:i32@9- fetch_offset:i64 last_fetched_epoch:i32@12- log_start_offset:i64@5-
            partition_max_bytes:i32 ] ] forgotten_topics:[@7- name:text@7-12 topic_id:topicid@13- partitions:[]i32 ]
            rack_id:text@11-
            """,
            """
            throttle_time_ms:i32@1- error_code:i16@7- session_id:i32@7-
            topics:[ name:text@0-12 topic_id:topicid@13- partitions:[ index:i32 error_code:i16 high_watermark:i64
            last_stable_offset:i64@4- log_start_offset:i64@5- aborted_transactions:[@4- producer_id:i64
            first_offset:i64 ] preferred_read_replica:i32@11- message_set:records ] ]
            """),
        [KafkaApi.ListOffsets] = new(
            6, 11,
            """
            replica_id:i32 isolation_level:i8@2- topics:[ name:text partitions:[ index:i32
            current_leader_epoch:i32@4- timestamp:i64 max_num_offsets:i32@0 ] ] timeout_ms:i32@10-
            """,
            """
            throttle_time_ms:i32@2- topics:[ name:text partitions:[ index:i32 error_code:i16 offsets:[]i64@0
            timestamp:i64@1- offset:i64@1- leader_epoch:i32@4- ] ]
            """),
        [KafkaApi.Metadata] = new(
            9, 13,
            """
            topics:[ topic_id:uuid@10- name:text ] allow_auto_topic_creation:bool@4-
            include_cluster_authorized_operations:bool@8-10 include_topic_authorized_operations:bool@8-
            """,
            """
            throttle_time_ms:i32@3- brokers:[ node_id:i32 host:text port:i32 rack:text@1- ] cluster_id:text@2-
            controller_id:i32@1- topics:[ error_code:i16 name:text topic_id:uuid@10- is_internal:bool@1-
            partitions:[ error_code:i16 index:i32 leader_id:i32 leader_epoch:i32@7- replica_nodes:[]i32
            isr_nodes:[]i32 offline_replicas:[]i32@5- ] -topic_authorized_operations:i32@8- ]
            -cluster_authorized_operations:i32@8-10 error_code:i16@13-
            """),
        [KafkaApi.OffsetCommit] = new(
            8, 10,
            """
            group_id:text generation_id:i32@1- member_id:text@1- group_instance_id:text@7- retention_time_ms:i64@2-4
            topics:[ name:text@0-9 topic_id:topicid@10- partitions:[ index:i32 committed_offset:i64
            committed_leader_epoch:i32@6- commit_timestamp:i64@1 committed_metadata:text ] ]
            """,
            """
            throttle_time_ms:i32@3- topics:[ name:text@0-9 topic_id:topicid@10- partitions:[ index:i32
            error_code:i16 ] ]
            """),
        [KafkaApi.OffsetFetch] = new(
            6, 10,
            """
            group_id:text@0-7 topics:[@0-7 name:text partitions:[]i32 ] groups:[@8- group_id:text member_id:text@9-
            member_epoch:i32@9- topics:[ name:text@0-9 topic_id:topicid@10- partitions:[]i32 ] ] require_stable:bool@7-
            """,
            """
            throttle_time_ms:i32@3- topics:[@0-7 name:text partitions:[ index:i32 committed_offset:i64
            committed_leader_epoch:i32@5- metadata:text error_code:i16 ] ] error_code:i16@2-7 groups:[@8-
            group_id:text topics:[ name:text@0-9 topic_id:topicid@10- partitions:[ index:i32 committed_offset:i64
            committed_leader_epoch:i32 metadata:text error_code:i16 ] ] error_code:i16 ]
            """),
        [KafkaApi.FindCoordinator] = new(
            3, 6,
            "key:text@0-3 key_type:i8@1- keys:[]text@4-",
            """
            throttle_time_ms:i32@1- error_code:i16@0-3 error_message:text@1-3 node_id:i32@0-3 host:text@0-3
            port:i32@0-3 coordinators:[@4- key:text node_id:i32 host:text port:i32 error_code:i16
            error_message:text ]
            """),
        [KafkaApi.JoinGroup] = new(
            6, 9,
            """
            group_id:text session_timeout_ms:i32 rebalance_timeout_ms:i32@1- member_id:text
            group_instance_id:text@5- protocol_type:text protocols:[ protocol:text -metadata:bytes ] reason:text@8-
            """,
            """
            throttle_time_ms:i32@2- error_code:i16 generation_id:i32 protocol_type:text@7- protocol_name:text
            leader:text skip_assignment:bool@9- member_id:text members:[ member_id:text group_instance_id:text@5-
            -metadata:bytes ]
            """),
        [KafkaApi.Heartbeat] = new(
            4, 4,
            "group_id:text generation_id:i32 member_id:text group_instance_id:text@3-",
            "throttle_time_ms:i32@1- error_code:i16"),
        [KafkaApi.LeaveGroup] = new(
            4, 5,
            "group_id:text member_id:text@0-2 members:[@3- member_id:text group_instance_id:text reason:text@5- ]",
            """
            throttle_time_ms:i32@1- error_code:i16 members:[@3- member_id:text group_instance_id:text
            error_code:i16 ]
            """),
        [KafkaApi.SyncGroup] = new(
            4, 5,
            """
            group_id:text generation_id:i32 member_id:text group_instance_id:text@3- protocol_type:text@5-
            protocol_name:text@5- assignments:[ member_id:text -assignment:bytes ]
            """,
            """
            throttle_time_ms:i32@1- error_code:i16 protocol_type:text@5- protocol_name:text@5- -assignment:bytes
            """),
        [KafkaApi.ApiVersions] = new(
            3, 4,
            "client_software_name:text@3- client_software_version:text@3-",
            """
            error_code:i16 api_keys:[ api_key:i16 min_version:i16 max_version:i16 ] throttle_time_ms:i32@1-
            """),
        [KafkaApi.InitProducerId] = new(
            2, 5,
            "transactional_id:text transaction_timeout_ms:i32 producer_id:i64@3- producer_epoch:i16@3-",
            "throttle_time_ms:i32 error_code:i16 producer_id:i64 producer_epoch:i16"),
    }.ToFrozenDictionary();

    /// <summary>The layout of an API's bodies, or null when they are not shown in this version.</summary>
    public static KafkaSchema? Find(KafkaApi api, int version) =>
        Schemas.GetValueOrDefault(api) is { } schema && version <= schema.MaxVersion ? schema : null;
}
