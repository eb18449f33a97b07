using PixieOrleans.NodeProbe.Entities;

namespace PixieOrleans.NodeProbe.Sockets.Ingest;

/// <summary>Bounds and rules of one shard.</summary>
internal sealed record ShardSettings
{
    /// <summary>Number of the node's agent: upper bits of every upid.</summary>
    public required uint Asid { get; init; }

    /// <summary>Connections held at most.</summary>
    public int MaxConnections { get; init; } = 131_072;

    /// <summary>Bytes that sessions may hold.</summary>
    public long MaxSessionBytes { get; init; } = 64 << 20;

    /// <summary>Time without events after which a connection is dropped.</summary>
    public long IdleNs { get; init; } = 300_000_000_000;

    /// <summary>Closed connections that wait for conn_stats at most.</summary>
    public int MaxPendingCloses { get; init; } = 65_536;

    /// <summary>Takes the processes whose connections are seen; null when nobody asks.</summary>
    public SeenProcesses? Seen { get; init; }

    /// <summary>This shard's part of the node's options.</summary>
    public static ShardSettings From(NodeProbeOptions options, uint asid, int shards) => new()
    {
        Asid = asid,
        MaxConnections = Math.Max(1, options.MaxConnections / shards),
        MaxSessionBytes = options.MaxSessionBytes / shards,
        IdleNs = options.ConnectionIdleSeconds * 1_000_000_000L,
    };
}
