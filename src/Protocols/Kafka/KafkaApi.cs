namespace PixieOrleans.Protocols.Kafka;

/// <summary>API keys: what a request asks for. Source: Kafka protocol guide, "Api Keys".</summary>
internal enum KafkaApi : short
{
    /// <summary>Write records.</summary>
    Produce = 0,

    /// <summary>Read records.</summary>
    Fetch = 1,

    /// <summary>Offsets at a time.</summary>
    ListOffsets = 2,

    /// <summary>Brokers, topics and partitions.</summary>
    Metadata = 3,

    /// <summary>Controller to broker: who leads.</summary>
    LeaderAndIsr = 4,

    /// <summary>Controller to broker: stop a replica.</summary>
    StopReplica = 5,

    /// <summary>Controller to broker: new metadata.</summary>
    UpdateMetadata = 6,

    /// <summary>Broker to controller: about to stop.</summary>
    ControlledShutdown = 7,

    /// <summary>Store a group's offsets.</summary>
    OffsetCommit = 8,

    /// <summary>Read a group's offsets.</summary>
    OffsetFetch = 9,

    /// <summary>Which broker coordinates a group.</summary>
    FindCoordinator = 10,

    /// <summary>Become a member of a group.</summary>
    JoinGroup = 11,

    /// <summary>Member is alive.</summary>
    Heartbeat = 12,

    /// <summary>Member leaves its group.</summary>
    LeaveGroup = 13,

    /// <summary>Who reads what, in a group.</summary>
    SyncGroup = 14,

    /// <summary>State of groups.</summary>
    DescribeGroups = 15,

    /// <summary>All groups.</summary>
    ListGroups = 16,

    /// <summary>Which mechanism authenticates.</summary>
    SaslHandshake = 17,

    /// <summary>Versions the broker speaks.</summary>
    ApiVersions = 18,

    /// <summary>New topics.</summary>
    CreateTopics = 19,

    /// <summary>Remove topics.</summary>
    DeleteTopics = 20,

    /// <summary>Remove old records.</summary>
    DeleteRecords = 21,

    /// <summary>Id for a producer.</summary>
    InitProducerId = 22,

    /// <summary>End of a leader's epoch.</summary>
    OffsetForLeaderEpoch = 23,

    /// <summary>Partitions join a transaction.</summary>
    AddPartitionsToTxn = 24,

    /// <summary>Offsets join a transaction.</summary>
    AddOffsetsToTxn = 25,

    /// <summary>Commit or abort.</summary>
    EndTxn = 26,

    /// <summary>Broker to broker: the end of a transaction.</summary>
    WriteTxnMarkers = 27,

    /// <summary>Store offsets within a transaction.</summary>
    TxnOffsetCommit = 28,

    /// <summary>Access rules.</summary>
    DescribeAcls = 29,

    /// <summary>New access rules.</summary>
    CreateAcls = 30,

    /// <summary>Remove access rules.</summary>
    DeleteAcls = 31,

    /// <summary>Settings.</summary>
    DescribeConfigs = 32,

    /// <summary>Replace settings.</summary>
    AlterConfigs = 33,

    /// <summary>Move replicas between folders.</summary>
    AlterReplicaLogDirs = 34,

    /// <summary>State of the folders.</summary>
    DescribeLogDirs = 35,

    /// <summary>A step of authentication.</summary>
    SaslAuthenticate = 36,

    /// <summary>More partitions.</summary>
    CreatePartitions = 37,

    /// <summary>New token.</summary>
    CreateDelegationToken = 38,

    /// <summary>Prolong a token.</summary>
    RenewDelegationToken = 39,

    /// <summary>End a token.</summary>
    ExpireDelegationToken = 40,

    /// <summary>Tokens.</summary>
    DescribeDelegationToken = 41,

    /// <summary>Remove groups.</summary>
    DeleteGroups = 42,

    /// <summary>Choose leaders.</summary>
    ElectLeaders = 43,

    /// <summary>Change single settings.</summary>
    IncrementalAlterConfigs = 44,

    /// <summary>Move partitions.</summary>
    AlterPartitionReassignments = 45,

    /// <summary>Partitions that move.</summary>
    ListPartitionReassignments = 46,

    /// <summary>Remove a group's offsets.</summary>
    OffsetDelete = 47,

    /// <summary>Quotas.</summary>
    DescribeClientQuotas = 48,

    /// <summary>Change quotas.</summary>
    AlterClientQuotas = 49,

    /// <summary>Users of SCRAM.</summary>
    DescribeUserScramCredentials = 50,

    /// <summary>Change users of SCRAM.</summary>
    AlterUserScramCredentials = 51,

    /// <summary>Raft: vote.</summary>
    Vote = 52,

    /// <summary>Raft: a leader begins.</summary>
    BeginQuorumEpoch = 53,

    /// <summary>Raft: a leader ends.</summary>
    EndQuorumEpoch = 54,

    /// <summary>State of the quorum.</summary>
    DescribeQuorum = 55,

    /// <summary>Change the replicas in sync.</summary>
    AlterPartition = 56,

    /// <summary>Change feature levels.</summary>
    UpdateFeatures = 57,

    /// <summary>A request that a broker passes on.</summary>
    Envelope = 58,

    /// <summary>Read a snapshot.</summary>
    FetchSnapshot = 59,

    /// <summary>The cluster's brokers.</summary>
    DescribeCluster = 60,

    /// <summary>Producers of a partition.</summary>
    DescribeProducers = 61,

    /// <summary>Broker begins.</summary>
    BrokerRegistration = 62,

    /// <summary>Broker is alive.</summary>
    BrokerHeartbeat = 63,

    /// <summary>Broker is gone.</summary>
    UnregisterBroker = 64,

    /// <summary>State of transactions.</summary>
    DescribeTransactions = 65,

    /// <summary>All transactions.</summary>
    ListTransactions = 66,

    /// <summary>Range of producer ids.</summary>
    AllocateProducerIds = 67,

    /// <summary>Member of a group of the new kind is alive.</summary>
    ConsumerGroupHeartbeat = 68,

    /// <summary>State of groups of the new kind.</summary>
    ConsumerGroupDescribe = 69,

    /// <summary>Controller begins.</summary>
    ControllerRegistration = 70,

    /// <summary>Which metrics a client should send.</summary>
    GetTelemetrySubscriptions = 71,

    /// <summary>Metrics of a client.</summary>
    PushTelemetry = 72,

    /// <summary>Which folder holds which replica.</summary>
    AssignReplicasToDirs = 73,

    /// <summary>Resources that have settings.</summary>
    ListConfigResources = 74,

    /// <summary>Partitions of topics, page by page.</summary>
    DescribeTopicPartitions = 75,

    /// <summary>Member of a share group is alive.</summary>
    ShareGroupHeartbeat = 76,

    /// <summary>State of share groups.</summary>
    ShareGroupDescribe = 77,

    /// <summary>Read records as a share group.</summary>
    ShareFetch = 78,

    /// <summary>Acknowledge records of a share group.</summary>
    ShareAcknowledge = 79,

    /// <summary>Raft: a voter joins.</summary>
    AddRaftVoter = 80,

    /// <summary>Raft: a voter leaves.</summary>
    RemoveRaftVoter = 81,

    /// <summary>Raft: a voter changes.</summary>
    UpdateRaftVoter = 82,

    /// <summary>State of a share group: begin.</summary>
    InitializeShareGroupState = 83,

    /// <summary>State of a share group: read.</summary>
    ReadShareGroupState = 84,

    /// <summary>State of a share group: write.</summary>
    WriteShareGroupState = 85,

    /// <summary>State of a share group: remove.</summary>
    DeleteShareGroupState = 86,

    /// <summary>State of a share group: summary.</summary>
    ReadShareGroupStateSummary = 87,

    /// <summary>Member of a streams group is alive.</summary>
    StreamsGroupHeartbeat = 88,

    /// <summary>State of streams groups.</summary>
    StreamsGroupDescribe = 89,

    /// <summary>Offsets of share groups.</summary>
    DescribeShareGroupOffsets = 90,

    /// <summary>Change offsets of share groups.</summary>
    AlterShareGroupOffsets = 91,

    /// <summary>Remove offsets of share groups.</summary>
    DeleteShareGroupOffsets = 92,
}
