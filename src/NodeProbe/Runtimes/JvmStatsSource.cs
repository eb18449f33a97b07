using System.Text;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Entities;
using PixieOrleans.NodeProbe.Sources;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>Source "jvm_stats": a row per Java virtual machine (HotSpot) and period, from its counters.</summary>
internal sealed class JvmStatsSource(SourceContext context) : ISource
{
    private const long LookNs = 5_000_000_000; // between looks for new machines
    private const long NsPerTick = 10_000_000;
    private const long NsPerMs = 1_000_000;
    private const long StartSlackNs = 2_000_000_000; // clocks that are set, ticks that are cut
    private const int MaxFailures = 3;
    private const int MaxMachines = 4096; // further ones are counted as lost

    private readonly ProcFile _files = new();
    private readonly RuntimeFiles _finder = new(context.Processes);
    private readonly IRowWriter _rows = context.Rows(JvmStatsTable.Schema.Name);
    private readonly Dictionary<(uint Tgid, ulong StartTicks), Machine> _machines = [];
    private readonly List<RuntimeFile> _found = [];
    private readonly List<(uint Tgid, ulong StartTicks)> _gone = [];
    private long _lookedNs;
    private long _losses;

    /// <summary>The source in the node's list.</summary>
    public static SourceEntry Entry { get; } = new(
        "jvm_stats",
        [JvmStatsTable.Schema.Name],
        nameof(NodeProbeOptions.JvmStatsMs),
        static o => o.JvmStatsMs,
        static c => new JvmStatsSource(c));

    /// <inheritdoc/>
    public long Losses => Volatile.Read(ref _losses);

    /// <inheritdoc/>
    public SourceStart Start() => SourceStart.Plain;

    /// <inheritdoc/>
    public void Tick(long nowNs)
    {
        context.Processes.Refresh(nowNs);
        if (nowNs - _lookedNs >= LookNs || nowNs < _lookedNs)
        {
            _lookedNs = nowNs;
            Look();
        }

        foreach (var ((tgid, startTicks), machine) in _machines)
        {
            if (context.Processes.Find(tgid)?.StartTicks != startTicks)
            {
                _gone.Add((tgid, startTicks));
            }
            else if (machine.Failures < MaxFailures)
            {
                Sample(machine, new Upid(context.Asid, tgid, startTicks), nowNs);
            }
        }

        _gone.ForEach(key => _machines.Remove(key));
        _gone.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Look()
    {
        _found.Clear();
        _finder.FindJvms(_found);
        foreach (var file in _found)
        {
            if (_machines.Count < MaxMachines)
            {
                _machines.TryAdd((file.Tgid, file.StartTicks), new Machine(Encoding.UTF8.GetBytes(file.Path + '\0')));
            }
            else if (!_machines.ContainsKey((file.Tgid, file.StartTicks)))
            {
                Volatile.Write(ref _losses, _losses + 1);
            }
        }
    }

    private void Sample(Machine machine, Upid upid, long nowNs)
    {
        if (HsPerfData.Parse(_files.Read(machine.Path)) is not { } now)
        {
            if (++machine.Failures == MaxFailures)
            {
                Volatile.Write(ref _losses, _losses + 1);
                context.Notices.Add(new SourceNotice(
                    Entry.Name, upid.Tgid, "Given up: its file hsperfdata holds no counters of HotSpot."));
            }

            return;
        }

        if (!IsOf(upid, now.StartMs))
        {
            return; // what a process left behind that had this number before
        }

        machine.Failures = 0;
        _rows.WriteInt64(nowNs);
        _rows.WriteUInt128(upid.ToUInt128());
        _rows.WriteInt64(now.YoungGcNs);
        _rows.WriteInt64(now.FullGcNs);
        _rows.WriteInt64(now.UsedHeapBytes);
        _rows.WriteInt64(now.TotalHeapBytes);
        _rows.WriteInt64(now.MaxHeapBytes);
        _rows.EndRow();
    }

    private bool IsOf(Upid upid, long startMs) =>
        startMs == 0
        || startMs * NsPerMs >= context.Clock.ToUnixNs(upid.StartTicks * NsPerTick) - StartSlackNs;

    private sealed class Machine(byte[] path)
    {
        public byte[] Path => path;

        public int Failures { get; set; }
    }
}
