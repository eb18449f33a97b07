namespace PixieOrleans.NodeProbe.Entities;

/// <summary>Who the machine is, and bounds of what is remembered.</summary>
internal sealed record HostEntitiesSettings
{
    /// <summary>Number of the node's agent: upper bits of every upid.</summary>
    public required uint Asid { get; init; }

    /// <summary>Name of the node.</summary>
    public required string NodeName { get; init; }

    /// <summary>Name of the machine.</summary>
    public required string HostName { get; init; }

    /// <summary>Processes that have ended and are still known; the longest ended are forgotten first.</summary>
    public int MaxEnded { get; init; } = 32_768;

    /// <summary>Bytes of all processes, running or ended; new ones are not kept when running ones fill it.</summary>
    public long MaxBytes { get; init; } = 32 << 20;

    /// <summary>Time after which a process that has ended is forgotten, ns. 24 h.</summary>
    public long RetainNs { get; init; } = 24L * 3600 * 1_000_000_000;
}

/// <summary>What did not fit the bounds, since the start.</summary>
/// <param name="Forgotten">Ended processes forgotten before their time.</param>
/// <param name="Refused">Running processes that found no room.</param>
internal readonly record struct EntityLosses(long Forgotten, long Refused);
