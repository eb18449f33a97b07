using System.Text.Json.Serialization;

namespace PixieOrleans.Model.Entities;

/// <summary>A container. Its name has no namespace.</summary>
/// <param name="Id">Id that the container runtime gave it.</param>
/// <param name="Name">Its name; not unique.</param>
/// <param name="PodId">The pod that it is part of.</param>
public sealed record Container(string Id, string Name, string PodId) : Entity(Id, "", Name)
{
    /// <summary>State.</summary>
    public ContainerState State { get; init; }

    /// <summary>Sentence about the state; may be empty.</summary>
    public string Message { get; init; } = "";

    /// <summary>Reason of the state in one word; may be empty.</summary>
    public string Reason { get; init; } = "";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FullName => Name;
}

/// <summary>State of a container; the names are what scripts see.</summary>
public enum ContainerState
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>Runs.</summary>
    Running = 1,

    /// <summary>Has ended.</summary>
    Terminated = 2,

    /// <summary>Is going to run.</summary>
    Waiting = 3,
}
