using System.Collections.Immutable;

namespace PixieOrleans.Model.Entities;

/// <summary>Keeps a number of equal pods running.</summary>
public sealed record ReplicaSet(string Id, string Namespace, string Name) : Entity(Id, Namespace, Name)
{
    /// <summary>Pods that exist.</summary>
    public int Replicas { get; init; }

    /// <summary>Pods that have all of the labels.</summary>
    public int FullyLabeledReplicas { get; init; }

    /// <summary>Pods that are ready.</summary>
    public int ReadyReplicas { get; init; }

    /// <summary>Pods that have been ready for long enough.</summary>
    public int AvailableReplicas { get; init; }

    /// <summary>Pods that are wanted.</summary>
    public int RequestedReplicas { get; init; }

    /// <summary>Version of the wish that these numbers belong to.</summary>
    public int ObservedGeneration { get; init; }

    /// <summary>Conditions.</summary>
    public ImmutableArray<EntityCondition> Conditions { get; init; } = [];
}

/// <summary>Replaces one replica set by the next.</summary>
public sealed record Deployment(string Id, string Namespace, string Name) : Entity(Id, Namespace, Name)
{
    /// <summary>Pods that exist.</summary>
    public int Replicas { get; init; }

    /// <summary>Pods of the newest version.</summary>
    public int UpdatedReplicas { get; init; }

    /// <summary>Pods that are ready.</summary>
    public int ReadyReplicas { get; init; }

    /// <summary>Pods that have been ready for long enough.</summary>
    public int AvailableReplicas { get; init; }

    /// <summary>Pods that are missing.</summary>
    public int UnavailableReplicas { get; init; }

    /// <summary>Pods that are wanted.</summary>
    public int RequestedReplicas { get; init; }

    /// <summary>Version of the wish that these numbers belong to.</summary>
    public int ObservedGeneration { get; init; }

    /// <summary>Conditions.</summary>
    public ImmutableArray<EntityCondition> Conditions { get; init; } = [];
}
