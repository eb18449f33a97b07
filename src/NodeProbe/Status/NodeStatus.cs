using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.NodeProbe.Status;

/// <summary>State of a source.</summary>
public enum SourceState
{
    /// <summary>Not started, or stopped.</summary>
    Stopped,

    /// <summary>Switched off by options.</summary>
    Disabled,

    /// <summary>Events are taken.</summary>
    Running,

    /// <summary>Could not start; the error says why and what to do.</summary>
    Failed,
}

/// <summary>One source.</summary>
/// <param name="Name">Such as socket_tracer.</param>
/// <param name="State">Its state.</param>
/// <param name="Error">Why it failed; empty when it did not.</param>
/// <param name="PeriodMs">Time between its looks at new events.</param>
/// <param name="Rows">Rows written into its tables.</param>
/// <param name="CpuNs">CPU time of its threads, or of its work on a thread that it shares.</param>
/// <param name="Losses">What it could not take or write: events, processes, files.</param>
public sealed record SourceStatus(
    string Name, SourceState State, string Error, int PeriodMs, long Rows, long CpuNs, long Losses);

/// <summary>Connections of a node.</summary>
/// <param name="Tracked">Known in user space now.</param>
/// <param name="Sessions">Being parsed now.</param>
/// <param name="SessionBytes">Bytes held by their sessions.</param>
/// <param name="Evicted">Dropped because a bound was reached.</param>
/// <param name="Idle">Dropped because nothing happened for long.</param>
/// <param name="Demoted">Given up because their bytes were not of the protocol they seemed to be.</param>
/// <param name="MissingOpens">Seen without open event.</param>
/// <param name="MissingCloses">Gone without close event.</param>
public sealed record ConnectionStatus(
    long Tracked,
    long Sessions,
    long SessionBytes,
    long Evicted,
    long Idle,
    long Demoted,
    long MissingOpens,
    long MissingCloses);

/// <summary>State of a node at one moment.</summary>
/// <param name="Sources">Sources.</param>
/// <param name="Hooks">Programs per syscall, tracepoint or iterator.</param>
/// <param name="Counters">Counters of the kernel side, per cause and CPU.</param>
/// <param name="Tables">Tables with budgets and losses.</param>
/// <param name="Connections">Connections.</param>
/// <param name="Capabilities">What this kernel and user can do, with reasons.</param>
/// <param name="ResidentBytes">Memory of the process.</param>
public sealed record NodeStatus(
    IReadOnlyList<SourceStatus> Sources,
    IReadOnlyList<HookReport> Hooks,
    IReadOnlyList<ProbeCounter> Counters,
    IReadOnlyList<TableStatistics> Tables,
    ConnectionStatus Connections,
    IReadOnlyList<CapabilityReport> Capabilities,
    long ResidentBytes)
{
    /// <summary>Processes that use TLS, and whether their plaintext is seen.</summary>
    public IReadOnlyList<TlsProcessStatus> Tls { get; init; } = [];

    /// <summary>Probes in TLS libraries.</summary>
    public int TlsProbes { get; init; }

    /// <summary>Entries per map of those probes, some seconds old.</summary>
    public IReadOnlyDictionary<string, int> TlsEntries { get; init; } = new Dictionary<string, int>();
}
