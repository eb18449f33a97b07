using System.Net.Sockets;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Sources;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>Source "dotnet_stats": a row per .NET process whenever its counters have come.</summary>
internal sealed class DotnetStatsSource(SourceContext context) : ISource
{
    private const long LookNs = 5_000_000_000; // between looks for new processes
    private const int MsPerSecond = 1000;
    private const int MaxFailures = 3;
    private const int MaxSessions = 1024; // further processes are counted as lost
    private const int BufferBytes = 16 << 10;

    private readonly RuntimeFiles _finder = new(context.Processes);
    private readonly IRowWriter _rows = context.Rows(DotnetStatsTable.Schema.Name);
    private readonly Dictionary<(uint Tgid, ulong StartTicks), Target> _targets = [];
    private readonly List<RuntimeFile> _found = [];
    private readonly List<(uint Tgid, ulong StartTicks)> _gone = [];
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly int _intervalSeconds = Math.Max(1, context.Options.DotnetStatsMs / MsPerSecond);
    private long _lookedNs;
    private long _losses;

    /// <summary>The source in the node's list.</summary>
    public static SourceEntry Entry { get; } = new(
        "dotnet_stats",
        [DotnetStatsTable.Schema.Name],
        nameof(NodeProbeOptions.DotnetStatsMs),
        static o => o.DotnetStatsMs,
        static c => new DotnetStatsSource(c));

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

        foreach (var (key, target) in _targets)
        {
            if (context.Processes.Find(key.Tgid)?.StartTicks != key.StartTicks)
            {
                target.Session?.Dispose();
                _gone.Add(key);
            }
            else if (target.Failures < MaxFailures)
            {
                Read(target, new Upid(context.Asid, key.Tgid, key.StartTicks), nowNs);
            }
        }

        _gone.ForEach(key => _targets.Remove(key));
        _gone.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var target in _targets.Values)
        {
            target.Session?.Dispose();
        }
    }

    private void Look()
    {
        _found.Clear();
        _finder.FindDotnet(_found);
        foreach (var file in _found)
        {
            if (_targets.Count < MaxSessions)
            {
                _targets.TryAdd((file.Tgid, file.StartTicks), new Target(file.Path));
            }
            else if (!_targets.ContainsKey((file.Tgid, file.StartTicks)))
            {
                Volatile.Write(ref _losses, _losses + 1);
            }
        }
    }

    private void Read(Target target, Upid upid, long nowNs)
    {
        try
        {
            target.Session ??= DotnetSession.Open(target.Path, upid.Tgid, _intervalSeconds);
            if (target.Session.Read(_buffer))
            {
                target.Failures = 0;
                Write(in target.Session.Counters, upid, nowNs);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidDataException)
        {
            target.Session?.Dispose();
            target.Session = null;
            if (++target.Failures == MaxFailures) // it has no port any more, or speaks otherwise
            {
                Volatile.Write(ref _losses, _losses + 1);
                context.Notices.Add(new SourceNotice(Entry.Name, upid.Tgid, $"Given up: {e.Message}"));
            }
        }
    }

    private void Write(in DotnetCounters counters, Upid upid, long nowNs)
    {
        _rows.WriteInt64(nowNs);
        _rows.WriteUInt128(upid.ToUInt128());
        _rows.WriteInt64((long)counters.Gen0Gcs);
        _rows.WriteInt64((long)counters.Gen1Gcs);
        _rows.WriteInt64((long)counters.Gen2Gcs);
        _rows.WriteInt64((long)counters.GcPauseNs);
        _rows.WriteInt64((long)counters.AllocatedBytes);
        _rows.WriteInt64((long)counters.HeapBytes);
        _rows.WriteInt64((long)counters.CommittedBytes);
        _rows.WriteInt64((long)counters.PoolThreads);
        _rows.WriteInt64((long)counters.PoolQueued);
        _rows.WriteInt64((long)counters.PoolCompleted);
        _rows.WriteInt64((long)counters.Exceptions);
        _rows.WriteInt64((long)counters.Contentions);
        _rows.EndRow();
    }

    private sealed class Target(string path)
    {
        public string Path => path;

        public DotnetSession? Session { get; set; }

        public int Failures { get; set; }
    }
}
