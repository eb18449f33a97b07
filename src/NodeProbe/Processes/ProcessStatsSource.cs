using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Sources;

namespace PixieOrleans.NodeProbe.Processes;

/// <summary>Source "process_stats": a row per process that runs, without kernel threads, and period.</summary>
internal sealed class ProcessStatsSource(SourceContext context, ProcessTable processes) : ISource
{
    private static readonly long PageBytes = Environment.SystemPageSize;
    private readonly IRowWriter _rows = context.Rows(ProcessStatsTable.Schema.Name);

    /// <summary>Reads with the other sources of the thread.</summary>
    public ProcessStatsSource(SourceContext context)
        : this(context, context.Processes)
    {
    }

    /// <summary>The source in the node's list.</summary>
    public static SourceEntry Entry { get; } = new(
        "process_stats",
        [ProcessStatsTable.Schema.Name],
        nameof(NodeProbeOptions.ProcessStatsMs),
        static o => o.ProcessStatsMs,
        static c => new ProcessStatsSource(c));

    /// <inheritdoc/>
    public long Losses => 0;

    /// <inheritdoc/>
    public SourceStart Start() => new() { Note = processes.Description };

    /// <inheritdoc/>
    public void Tick(long nowNs)
    {
        processes.Refresh(nowNs);
        foreach (var entry in processes.Running)
        {
            Write(entry, nowNs);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Write(ProcessEntry entry, long nowNs)
    {
        ref readonly var totals = ref entry.Totals;
        ref readonly var process = ref entry.Process;
        _rows.WriteInt64(nowNs);
        _rows.WriteUInt128(new Upid(context.Asid, entry.Tgid, entry.StartTicks).ToUInt128());
        _rows.WriteInt64((long)totals.MajorFaults);
        _rows.WriteInt64((long)totals.MinorFaults);
        _rows.WriteInt64((long)entry.UserNs);
        _rows.WriteInt64((long)entry.KernelNs);
        _rows.WriteInt64(process.Threads);
        _rows.WriteInt64((long)process.VirtualPages * PageBytes);
        _rows.WriteInt64((long)process.ResidentPages * PageBytes);
        _rows.WriteInt64((long)totals.RcharBytes);
        _rows.WriteInt64((long)totals.WcharBytes);
        _rows.WriteInt64((long)totals.ReadBytes);
        _rows.WriteInt64((long)totals.WriteBytes);
        _rows.EndRow();
    }
}
