using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace PixieOrleans.Model.Entities;

/// <summary>Processes that come and go together: a pod of Kubernetes, or one instance of a unit or program.</summary>
public sealed record Pod(string Id, string Namespace, string Name) : Entity(Id, Namespace, Name)
{
    /// <summary>The node that it runs on.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>Host name that its processes see.</summary>
    public string HostName { get; init; } = "";

    /// <summary>Texts of its addresses, the chief one first; empty when it has none of its own.</summary>
    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>Labels as JSON text; may be empty.</summary>
    public string Labels { get; init; } = "";

    /// <summary>How urgent its resources are.</summary>
    public PodQosClass QosClass { get; init; }

    /// <summary>Where it is in its life.</summary>
    public PodPhase Phase { get; init; }

    /// <summary>Sentence about the phase; may be empty.</summary>
    public string Message { get; init; } = "";

    /// <summary>Reason of the phase in one word; may be empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Whether it takes requests.</summary>
    public bool IsReady { get; init; }

    /// <summary>Ids of the services that it is part of.</summary>
    public ImmutableArray<string> ServiceIds { get; init; } = [];

    /// <summary>The chief address; empty when it has none.</summary>
    [JsonIgnore]
    public string Address => Addresses.IsDefaultOrEmpty ? "" : Addresses[0];
}

/// <summary>Where a pod is in its life; the names are what scripts see.</summary>
public enum PodPhase
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>Is going to run.</summary>
    Pending = 1,

    /// <summary>Runs.</summary>
    Running = 2,

    /// <summary>All of its containers ended without an error.</summary>
    Succeeded = 3,

    /// <summary>A container ended with an error.</summary>
    Failed = 4,

    /// <summary>Has ended, nobody knows how.</summary>
    Terminated = 5,
}

/// <summary>Quality of service of a pod.</summary>
public enum PodQosClass
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>Limits equal requests.</summary>
    Guaranteed = 1,

    /// <summary>No limits and no requests.</summary>
    BestEffort = 2,

    /// <summary>Anything between.</summary>
    Burstable = 3,
}
