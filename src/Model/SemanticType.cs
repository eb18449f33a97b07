namespace PixieOrleans.Model;

/// <summary>
/// What a column's values mean, so that they can be formatted and linked. Numbers as in Pixie's wire format.
/// </summary>
public enum SemanticType
{
    /// <summary>Not set.</summary>
    Unspecified = 0,

    /// <summary>No special meaning.</summary>
    None = 1,

    /// <summary>Nanoseconds since 1970.</summary>
    TimeNs = 2,

    /// <summary>Id of an agent.</summary>
    AgentUid = 100,

    /// <summary>Short number of an agent; upper 32 bits of a upid.</summary>
    Asid = 101,

    /// <summary>Process id, unique in the cluster.</summary>
    Upid = 200,

    /// <summary>"namespace/service".</summary>
    ServiceName = 300,

    /// <summary>"namespace/pod".</summary>
    PodName = 400,

    /// <summary>Phase of a pod.</summary>
    PodPhase = 401,

    /// <summary>Status of a pod.</summary>
    PodStatus = 402,

    /// <summary>Name of a node.</summary>
    NodeName = 500,

    /// <summary>Name of a container.</summary>
    ContainerName = 600,

    /// <summary>State of a container.</summary>
    ContainerState = 601,

    /// <summary>Status of a container.</summary>
    ContainerStatus = 602,

    /// <summary>Name of a namespace.</summary>
    NamespaceName = 700,

    /// <summary>A number of bytes.</summary>
    Bytes = 800,

    /// <summary>A share, 1.0 is 100 %.</summary>
    Percent = 900,

    /// <summary>A duration in nanoseconds.</summary>
    DurationNs = 901,

    /// <summary>Events per nanosecond.</summary>
    ThroughputPerNs = 902,

    /// <summary>Bytes per nanosecond.</summary>
    ThroughputBytesPerNs = 903,

    /// <summary>JSON object of quantiles.</summary>
    Quantiles = 1000,

    /// <summary>JSON object of quantiles of durations in nanoseconds.</summary>
    DurationNsQuantiles = 1001,

    /// <summary>Text of an IPv4 or IPv6 address.</summary>
    IpAddress = 1100,

    /// <summary>TCP or UDP port.</summary>
    Port = 1200,

    /// <summary>HTTP request method.</summary>
    HttpReqMethod = 1300,

    /// <summary>HTTP status code.</summary>
    HttpRespStatus = 1400,

    /// <summary>HTTP reason phrase.</summary>
    HttpRespMessage = 1500,

    /// <summary>A link to another script with arguments, as JSON.</summary>
    ScriptReference = 3000,
}
