using System.Collections.Immutable;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.Tables.Store;
using Probe = PixieOrleans.NodeProbe.Status;

namespace PixieOrleans.Grains.Nodes;

/// <summary>State of a node's runtime as records that travel.</summary>
internal static class NodeStatusMapping
{
    private const double NsPerMs = 1e6;
    private const int MaxTlsProcesses = 1000; // the table probe_status has them all

    /// <summary>Name, number, version and state of the node are the caller's to fill in.</summary>
    public static NodeStatus ToRecord(Probe.NodeStatus status, Probe.NodeCompleteness sinceStart) => new(
        "",
        0,
        "",
        NodeState.Starting,
        "",
        [.. status.Sources.Select(s => new SourceStatus(
            s.Name,
            WordOf(s.State),
            TextOrNull(s.Error),
            s.PeriodMs,
            s.Rows,
            Math.Round(s.CpuNs / NsPerMs, 1),
            s.Losses))],
        [.. status.Hooks.Select(h => new HookStatus(h.Syscall, WordOf(h.Kind), h.Attached, h.Error))],
        LossesOf(status, sinceStart),
        [.. status.Tables.Select(ToRecord)],
        [.. status.Capabilities.Select(c => new CapabilityStatus(c.Name, WordOf(c.State), c.Reason ?? ""))],
        status.Connections.Tracked,
        status.ResidentBytes,
        [.. status.Tls.OrderByDescending(t => t.Calls).Take(MaxTlsProcesses).Select(ToRecord)]);

    private static ImmutableArray<LossStatus> LossesOf(Probe.NodeStatus status, Probe.NodeCompleteness sinceStart) =>
    [
        .. status.Counters
            .Where(c => c.Kind is ProbeCounterKind.LostInRing or ProbeCounterKind.LostInKernel
                or ProbeCounterKind.Unclassified)
            .Select(c => new LossStatus(c.Name, c.PerCpu.Sum(), c.PerCpu.Length > 1 ? c.PerCpu : [])),
        new LossStatus("parser: frames invalid or without request", sinceStart.LostInParser, []),
        new LossStatus("parser: bytes dropped", sinceStart.DroppedBytes, []),
        new LossStatus("parser: bytes never seen", sinceStart.GapBytes, []),
        new LossStatus("connections given up at a bound", sinceStart.LostConnections, []),
        new LossStatus("values truncated", sinceStart.TruncatedValues, []),
    ];

    private static TlsStatus ToRecord(TlsProcessStatus process) => new(
        process.ProcessId,
        process.Name,
        process.Library,
        process.Version,
        WordOf(process.State),
        process.Method,
        process.Calls,
        process.UnlinkedCalls,
        process.MixedObjects,
        process.AttachMs,
        process.Reason,
        WordOf(process.Proof));

    private static TableStatus ToRecord(TableStatistics table) => new(
        table.Name,
        table.Rows,
        table.Bytes,
        table.BudgetBytes,
        table.OldestTimeNs == 0 ? null : table.OldestTimeNs,
        table.NewestTimeNs == 0 ? null : table.NewestTimeNs,
        table.RowsEvicted);

    private static string? TextOrNull(string text) => text.Length == 0 ? null : text;

    private static string WordOf(Probe.SourceState state) => state switch
    {
        Probe.SourceState.Stopped => "stopped",
        Probe.SourceState.Disabled => "disabled",
        Probe.SourceState.Running => "running",
        _ => "failed",
    };

    private static string WordOf(TlsState state) => state switch
    {
        TlsState.Attached => "attached",
        TlsState.Excluded => "excluded",
        TlsState.Failed => "failed",
        _ => "unknown",
    };

    private static string WordOf(TlsProof proof) => proof switch
    {
        TlsProof.KnownCall => "self-test",
        TlsProof.Library => "library",
        TlsProof.Proved => "proved",
        TlsProof.Blind => "blind",
        _ => "not yet",
    };

    private static string WordOf(HookKind kind) => kind switch
    {
        HookKind.None => "none",
        HookKind.Kprobe => "kprobe",
        HookKind.Tracepoint => "tracepoint",
        _ => "raw_tracepoint",
    };

    private static string WordOf(CapabilityState state) => state switch
    {
        CapabilityState.Supported => "supported",
        CapabilityState.Unsupported => "unsupported",
        _ => "unknown",
    };
}
