using System.Collections.Immutable;

namespace PixieOrleans.Exec.Kernels.Names;

/// <summary>Codes of protocols and what people call them.</summary>
internal static class ProtocolNames
{
    /// <summary>Numbers of protocols in conn_stats. Mux (11) and TLS (13) have a number but no name here.</summary>
    public static readonly ImmutableArray<(long Code, string Name)> Protocols =
    [
        (0, "Unknown"), (1, "HTTP"), (2, "HTTP2"), (3, "MySQL"), (4, "CQL"), (5, "PGSQL"), (6, "DNS"), (7, "Redis"),
        (8, "NATS"), (9, "Mongo"), (10, "Kafka"), (12, "AMQP"),
    ];

    /// <summary>Status codes of HTTP; IANA, registry "HTTP Status Codes".</summary>
    public static readonly ImmutableArray<(long Code, string Name)> HttpStatuses =
    [
        (100, "Continue"), (101, "Switching Protocols"), (102, "Processing"), (103, "Early Hints"), (200, "OK"),
        (201, "Created"), (202, "Accepted"), (203, "Non-Authoritative Information"), (204, "No Content"),
        (205, "Reset Content"), (206, "Partial Content"), (207, "Multi-Status"), (208, "Already Reported"),
        (226, "IM Used"), (300, "Multiple Choices"), (301, "Moved Permanently"), (302, "Found"), (303, "See Other"),
        (304, "Not Modified"), (305, "Use Proxy"), (306, "(Unused)"), (307, "Temporary Redirect"),
        (308, "Permanent Redirect"), (400, "Bad Request"), (401, "Unauthorized"), (402, "Payment Required"),
        (403, "Forbidden"), (404, "Not Found"), (405, "Method Not Allowed"), (406, "Not Acceptable"),
        (407, "Proxy Authentication Required"), (408, "Request Timeout"), (409, "Conflict"), (410, "Gone"),
        (411, "Length Required"), (412, "Precondition Failed"), (413, "Payload Too Large"), (414, "URI Too Long"),
        (415, "Unsupported Media Type"), (416, "Range Not Satisfiable"), (417, "Expectation Failed"),
        (421, "Misdirected Request"), (422, "Unprocessable Entity"), (423, "Locked"), (424, "Failed Dependency"),
        (425, "Too Early"), (426, "Upgrade Required"), (428, "Precondition Required"), (429, "Too Many Requests"),
        (431, "Request Header Fields Too Large"), (451, "Unavailable For Legal Reasons"),
        (500, "Internal Server Error"), (501, "Not Implemented"), (502, "Bad Gateway"), (503, "Service Unavailable"),
        (504, "Gateway Timeout"), (505, "HTTP Version Not Supported"), (506, "Variant Also Negotiates"),
        (507, "Insufficient Storage"), (508, "Loop Detected"), (510, "Not Extended"),
        (511, "Network Authentication Required"),
    ];

    /// <summary>Status codes of gRPC; its documentation, "Status codes". -1 is of its C++ library.</summary>
    public static readonly ImmutableArray<(long Code, string Name)> GrpcStatuses =
    [
        (-1, "DO_NOT_USE"), (0, "OK"), (1, "CANCELLED"), (2, "UNKNOWN"), (3, "INVALID_ARGUMENT"),
        (4, "DEADLINE_EXCEEDED"), (5, "NOT_FOUND"), (6, "ALREADY_EXISTS"), (7, "PERMISSION_DENIED"),
        (8, "RESOURCE_EXHAUSTED"), (9, "FAILED_PRECONDITION"), (10, "ABORTED"), (11, "OUT_OF_RANGE"),
        (12, "UNIMPLEMENTED"), (13, "INTERNAL"), (14, "UNAVAILABLE"), (15, "DATA_LOSS"), (16, "UNAUTHENTICATED"),
    ];

    /// <summary>Reply codes of DNS; IANA, registry "DNS RCODEs".</summary>
    public static readonly ImmutableArray<(long Code, string Name)> DnsReplyCodes =
    [
        (0, "NOERROR"), (1, "FORMERR"), (2, "SERVFAIL"), (3, "NXDOMAIN"), (4, "NOTIMP"), (5, "REFUSED"),
        (6, "YXDOMAIN"), (7, "YXRRSET"), (8, "NXRRSET"), (9, "NOTAUTH"), (10, "NOTZONE"), (11, "DSOTYPENI"),
        (16, "BADVERS"), (17, "BADKEY"), (18, "BADTIME"), (19, "BADMODE"), (20, "BADNAME"), (21, "BADALG"),
        (22, "BADTRUNC"), (23, "BADCOOKIE"),
    ];

    /// <summary>Command bytes of MySQL; its documentation, "Command Phase".</summary>
    public static readonly ImmutableArray<(long Code, string Name)> MySqlCommands =
    [
        (0, "Sleep"), (1, "Quit"), (2, "InitDB"), (3, "Query"), (4, "FieldList"), (5, "CreateDB"), (6, "DropDB"),
        (7, "Refresh"), (8, "Shutdown"), (9, "Statistics"), (10, "ProcessInfo"), (11, "Connect"), (12, "ProcessKill"),
        (13, "Debug"), (14, "Ping"), (15, "Time"), (16, "DelayedInsert"), (17, "ChangeUser"), (18, "BinlogDump"),
        (19, "TableDump"), (20, "ConnectOut"), (21, "RegisterSlave"), (22, "StmtPrepare"), (23, "StmtExecute"),
        (24, "StmtSendLongData"), (25, "StmtClose"), (26, "StmtReset"), (27, "SetOption"), (28, "StmtFetch"),
        (29, "Daemon"), (30, "BinlogDumpGTID"), (31, "ResetConnection"),
    ];

    /// <summary>Opcodes of Cassandra; "CQL Binary Protocol v4", section 2.4.</summary>
    public static readonly ImmutableArray<(long Code, string Name)> CqlOpcodes =
    [
        (0, "Error"), (1, "Startup"), (2, "Ready"), (3, "Authenticate"), (5, "Options"), (6, "Supported"),
        (7, "Query"), (8, "Result"), (9, "Prepare"), (10, "Execute"), (11, "Register"), (12, "Event"), (13, "Batch"),
        (14, "AuthChallenge"), (15, "AuthResponse"), (16, "AuthSuccess"),
    ];

    /// <summary>API keys of Kafka; "Kafka protocol guide", "Api Keys". 56 has its first name.</summary>
    public static readonly ImmutableArray<(long Code, string Name)> KafkaApiKeys =
    [
        (0, "Produce"), (1, "Fetch"), (2, "ListOffsets"), (3, "Metadata"), (4, "LeaderAndIsr"), (5, "StopReplica"),
        (6, "UpdateMetadata"), (7, "ControlledShutdown"), (8, "OffsetCommit"), (9, "OffsetFetch"),
        (10, "FindCoordinator"), (11, "JoinGroup"), (12, "Heartbeat"), (13, "LeaveGroup"), (14, "SyncGroup"),
        (15, "DescribeGroups"), (16, "ListGroups"), (17, "SaslHandshake"), (18, "ApiVersions"), (19, "CreateTopics"),
        (20, "DeleteTopics"), (21, "DeleteRecords"), (22, "InitProducerId"), (23, "OffsetForLeaderEpoch"),
        (24, "AddPartitionsToTxn"), (25, "AddOffsetsToTxn"), (26, "EndTxn"), (27, "WriteTxnMarkers"),
        (28, "TxnOffsetCommit"), (29, "DescribeAcls"), (30, "CreateAcls"), (31, "DeleteAcls"),
        (32, "DescribeConfigs"), (33, "AlterConfigs"), (34, "AlterReplicaLogDirs"), (35, "DescribeLogDirs"),
        (36, "SaslAuthenticate"), (37, "CreatePartitions"), (38, "CreateDelegationToken"),
        (39, "RenewDelegationToken"), (40, "ExpireDelegationToken"), (41, "DescribeDelegationToken"),
        (42, "DeleteGroups"), (43, "ElectLeaders"), (44, "IncrementalAlterConfigs"),
        (45, "AlterPartitionReassignments"), (46, "ListPartitionReassignments"), (47, "OffsetDelete"),
        (48, "DescribeClientQuotas"), (49, "AlterClientQuotas"), (50, "DescribeUserScramCredentials"),
        (51, "AlterUserScramCredentials"), (52, "Vote"), (53, "BeginQuorumEpoch"), (54, "EndQuorumEpoch"),
        (55, "DescribeQuorum"), (56, "AlterIsr"), (57, "UpdateFeatures"), (58, "Envelope"), (59, "FetchSnapshot"),
        (60, "DescribeCluster"), (61, "DescribeProducers"), (62, "BrokerRegistration"), (63, "BrokerHeartbeat"),
        (64, "UnregisterBroker"), (65, "DescribeTransactions"), (66, "ListTransactions"), (67, "AllocateProducerIds"),
        (68, "ConsumerGroupHeartbeat"), (69, "ConsumerGroupDescribe"), (70, "ControllerRegistration"),
        (71, "GetTelemetrySubscriptions"), (72, "PushTelemetry"), (73, "AssignReplicasToDirs"),
        (74, "ListConfigResources"), (75, "DescribeTopicPartitions"), (76, "ShareGroupHeartbeat"),
        (77, "ShareGroupDescribe"), (78, "ShareFetch"), (79, "ShareAcknowledge"), (80, "AddRaftVoter"),
        (81, "RemoveRaftVoter"), (82, "UpdateRaftVoter"), (83, "InitializeShareGroupState"),
        (84, "ReadShareGroupState"), (85, "WriteShareGroupState"), (86, "DeleteShareGroupState"),
        (87, "ReadShareGroupStateSummary"), (88, "StreamsGroupHeartbeat"), (89, "StreamsGroupDescribe"),
        (90, "DescribeShareGroupOffsets"), (91, "AlterShareGroupOffsets"), (92, "DeleteShareGroupOffsets"),
    ];

    /// <summary>Message types of Mux; Finagle, "Mux Protocol Specification".</summary>
    public static readonly ImmutableArray<(long Code, string Name)> MuxFrameTypes =
    [
        (-128, "Rerr"), (-68, "Rinit"), (-66, "Rdiscarded"), (-65, "Rping"), (-64, "Rdrain"),
        (-62, "Tdiscarded (legacy)"), (-2, "Rdispatch"), (-1, "Rreq"), (1, "Treq"), (2, "Tdispatch"), (64, "Tdrain"),
        (65, "Tping"), (66, "Tdiscarded"), (67, "Tlease"), (68, "Tinit"), (127, "Rerr (legacy)"),
    ];
}
