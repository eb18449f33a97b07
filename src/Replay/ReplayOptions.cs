namespace PixieOrleans.Replay;

/// <summary>Bounds of a replay.</summary>
public sealed record ReplayOptions
{
    /// <summary>Connections held at once; beyond, the one that was silent for longest ends. Default 65,536.</summary>
    public int MaxConnections { get; init; } = 65_536;

    /// <summary>Bytes of one direction that wait for missing ones before them. Default 1 MiB.</summary>
    public int MaxStreamBytes { get; init; } = 1 << 20;

    /// <summary>Bytes that wait, of all connections together. Default 64 MiB.</summary>
    public long MaxWaitingBytes { get; init; } = 64 << 20;

    /// <summary>Bytes that all sessions may hold in streams and pending frames. Default 64 MiB.</summary>
    public long MaxSessionBytes { get; init; } = 64 << 20;

    /// <summary>Bytes of all tables; beyond, the oldest rows go. Default 512 MiB.</summary>
    public long TableBytes { get; init; } = 512L << 20;
}
