using System.Collections.Immutable;

namespace PixieOrleans.NodeProbe.Sockets;

/// <summary>Kind of program that serves one syscall.</summary>
public enum HookKind
{
    /// <summary>Nothing is attached.</summary>
    None,

    /// <summary>kprobe or kretprobe.</summary>
    Kprobe,

    /// <summary>Per-syscall tracepoint.</summary>
    Tracepoint,

    /// <summary>Raw tracepoint over all syscalls.</summary>
    RawTracepoint,
}

/// <summary>What happened to the hook of one syscall (or scheduler event).</summary>
/// <param name="Syscall">Name without prefix: "write", "accept4", "sched_process_exit".</param>
/// <param name="Kind">Kind that was attached or tried last.</param>
/// <param name="Attached">True when events arrive.</param>
/// <param name="Error">Why not, with what to do about it; when attached, what it lacks, or null.</param>
public sealed record HookReport(string Syscall, HookKind Kind, bool Attached, string? Error);

/// <summary>Whether the kernel can do something.</summary>
public enum CapabilityState
{
    /// <summary>Asking failed; asked again at the next start.</summary>
    Unknown,

    /// <summary>Tried, works.</summary>
    Supported,

    /// <summary>Tried, does not work.</summary>
    Unsupported,
}

/// <summary>One probed capability.</summary>
/// <param name="Name">Such as "kprobes", "ring buffer".</param>
/// <param name="State">Outcome.</param>
/// <param name="Reason">Why it is unsupported or unknown; null when supported.</param>
public sealed record CapabilityReport(string Name, CapabilityState State, string? Reason);

/// <summary>What a kernel counter counts.</summary>
public enum ProbeCounterKind
{
    /// <summary>Neither events nor loss; for diagnosis.</summary>
    Statistic,

    /// <summary>Events put into a ring.</summary>
    Events,

    /// <summary>Events lost because a ring was full.</summary>
    LostInRing,

    /// <summary>Events or pieces lost in the kernel for another cause (map full, memory fault, verifier cap).</summary>
    LostInKernel,

    /// <summary>Connections whose protocol inference was given up.</summary>
    Unclassified,
}

/// <summary>One kernel counter, since load.</summary>
/// <param name="Name">The cause in words: "ring full: data".</param>
/// <param name="Kind">What it counts.</param>
/// <param name="PerCpu">Value per possible CPU; a single one where the kernel tells only the total.</param>
public sealed record ProbeCounter(string Name, ProbeCounterKind Kind, ImmutableArray<long> PerCpu);

/// <summary>
/// The loaded and attached socket probes. Drain is called by one thread per shard; the other members by one thread
/// at a time, beside the draining threads. Disposing detaches; it is called after the last Drain.
/// </summary>
internal interface ISocketProbe : IDisposable
{
    /// <summary>Number of rings.</summary>
    int Shards { get; }

    /// <summary>What is attached where.</summary>
    IReadOnlyList<HookReport> Hooks { get; }

    /// <summary>Capabilities asked for while loading.</summary>
    IReadOnlyList<CapabilityReport> Capabilities { get; }

    /// <summary>
    /// Hands the waiting events of one ring to <paramref name="consumer"/>, oldest first; does not wait.
    /// </summary>
    /// <returns>Events handed over; fewer than <paramref name="maxEvents"/> means that the ring is empty.</returns>
    int Drain(int shard, ISocketEventConsumer consumer, int maxEvents);

    /// <summary>Reads all counters.</summary>
    IReadOnlyList<ProbeCounter> ReadCounters();

    /// <summary>
    /// Appends the live connections with their byte counts. The shard of each is found by <see cref="ShardOf"/>.
    /// </summary>
    void SnapshotConnections(List<ConnectionEvent> connections);

    /// <summary>Ring that carries a connection's events.</summary>
    int ShardOf(in KernelConnectionId id);

    /// <summary>From now on the connection costs counters only, whatever its bytes look like.</summary>
    /// <param name="id">The connection.</param>
    /// <param name="plaintext">
    /// Whether what its TLS library reads and writes is meant, or the socket's bytes; the other is left as it is.
    /// </param>
    void Demote(in KernelConnectionId id, bool plaintext = false);
}
