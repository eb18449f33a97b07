using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Sources;

namespace PixieOrleans.NodeProbe.Processes;

/// <summary>Source "proc_exit_tracer": a row per process that ends.</summary>
internal sealed class ProcExitSource(SourceContext context) : ISource, IExitConsumer
{
    private const int RingBytes = 1 << 20; // 21,800 exits between two drains
    private const int Remembered = 1024; // a power of two; twins come within microseconds
    private const ulong NsPerTick = 10_000_000;
    private const int SignalMask = 0x7f; // of a status of wait(2); bit 7 tells of a core dump
    private const int ExitCodeShift = 8;

    private readonly IRowWriter _rows = context.Rows(ProcExitEventsTable.Schema.Name);
    private readonly (uint Tgid, ulong StartNs)[] _lately = new (uint Tgid, ulong StartNs)[Remembered];
    private ExitProbe? _probe;
    private long _lost;

    /// <summary>The source in the node's list.</summary>
    public static SourceEntry Entry { get; } = new(
        "proc_exit_tracer",
        [ProcExitEventsTable.Schema.Name],
        nameof(NodeProbeOptions.ProcExitMs),
        static o => o.ProcExitMs,
        static c => new ProcExitSource(c));

    /// <inheritdoc/>
    public long Losses => Volatile.Read(ref _lost);

    /// <inheritdoc/>
    public SourceStart Start()
    {
        const string Hook = "sched_process_exit";
        try
        {
            _probe = ExitProbe.Open(RingBytes);
            return new SourceStart { Hooks = [new HookReport(Hook, HookKind.RawTracepoint, true, null)] };
        }
        catch (Exception e) when (e is BpfException or DllNotFoundException)
        {
            throw new SourceException(
                e.Message,
                new SourceStart { Hooks = [new HookReport(Hook, HookKind.RawTracepoint, false, e.Message)] });
        }
    }

    /// <inheritdoc/>
    public void Tick(long nowNs)
    {
        _probe!.Drain(this);
        Volatile.Write(ref _lost, _probe.Lost);
    }

    /// <inheritdoc/>
    public void Stop(long nowNs) => Tick(nowNs);

    /// <inheritdoc/>
    public void OnExit(in ExitRecord exit)
    {
        ref var slot = ref _lately[exit.Tgid & (Remembered - 1)];
        if (slot == (exit.Tgid, exit.StartNs))
        {
            return; // the other of two last threads
        }

        slot = (exit.Tgid, exit.StartNs);
        ReadOnlySpan<byte> comm = exit.Comm;
        var end = comm.IndexOf((byte)0);
        _rows.WriteInt64(context.Clock.ToUnixNs(exit.TimeNs));
        _rows.WriteUInt128(new Upid(context.Asid, exit.Tgid, exit.StartNs / NsPerTick).ToUInt128());
        _rows.WriteInt64(exit.Status >> ExitCodeShift);
        _rows.WriteInt64(exit.Status & SignalMask);
        _rows.WriteString(end < 0 ? comm : comm[..end]);
        _rows.EndRow();
    }

    /// <inheritdoc/>
    public void Dispose() => _probe?.Dispose();
}
