using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.NodeProbe.Status;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.NodeProbe.Sources;

/// <summary>
/// One source from its start to its stop. A fault ends this source and no other. Driven by one thread; the status may
/// be read by any.
/// </summary>
internal sealed class SourceRun
{
    private const long NsPerMs = 1_000_000;

    private readonly Func<ISource> _create;
    private readonly Lock _gate = new(); // guards what a status consists of
    private readonly long _periodNs;
    private ISource? _source;
    private SourceState _state = SourceState.Stopped;
    private string _error = "";
    private string _detail = "";
    private SourceStart _found = SourceStart.Plain;
    private long _cpuNs;
    private long _dueNs;

    /// <summary>Nothing is made yet.</summary>
    public SourceRun(SourceEntry entry, NodeProbeOptions options, Func<ISource> create)
    {
        (Entry, _create) = (entry, create);
        PeriodMs = entry.PeriodMs(options);
        _periodNs = PeriodMs * NsPerMs;
        DisabledBy = options.WhyDisabled(entry);
        _state = DisabledBy.Length > 0 ? SourceState.Disabled : SourceState.Stopped;
    }

    /// <summary>What runs.</summary>
    public SourceEntry Entry { get; }

    /// <summary>Time between two ticks.</summary>
    public int PeriodMs { get; }

    /// <summary>Which options switched it off; empty when it is on.</summary>
    public string DisabledBy { get; }

    /// <summary>What the start found out.</summary>
    public SourceStart Found
    {
        get
        {
            lock (_gate)
            {
                return _found;
            }
        }
    }

    /// <summary>The state; why it is Failed, in a line and in full.</summary>
    public (SourceState State, string Error, string Detail) State
    {
        get
        {
            lock (_gate)
            {
                return _state == SourceState.Running && _source?.Fault is { } fault
                    ? (SourceState.Failed, LineOf(fault), fault.ToString())
                    : (_state, _error, _detail);
            }
        }
    }

    /// <summary>The source itself; null before its start.</summary>
    public ISource? Source
    {
        get
        {
            lock (_gate)
            {
                return _source;
            }
        }
    }

    /// <summary>Starts, unless it is switched off.</summary>
    public void Start(long nowNs)
    {
        if (DisabledBy.Length > 0)
        {
            return;
        }

        var cpuNs = BootClock.ThreadCpuNs();
        try
        {
            var source = _create();
            lock (_gate)
            {
                _source = source;
            }

            var found = source.Start();
            lock (_gate)
            {
                (_state, _found) = (SourceState.Running, found);
            }
        }
        catch (SourceException e)
        {
            Fail(e.Message, e.Message, e.Found);
        }
        catch (Exception e) // a defect of one source: the others go on, and the status says so
        {
            Fail(LineOf(e), e.ToString(), SourceStart.Plain);
        }

        Volatile.Write(ref _cpuNs, BootClock.ThreadCpuNs() - cpuNs);
        _dueNs = nowNs;
    }

    /// <summary>Does the work of a period when it is due; returns when it is due next, ns since 1970.</summary>
    public long Tick(long nowNs)
    {
        if (State.State != SourceState.Running)
        {
            return long.MaxValue;
        }

        if (nowNs < _dueNs && _dueNs - nowNs <= _periodNs) // further off only when the clock was set back
        {
            return _dueNs;
        }

        var cpuNs = BootClock.ThreadCpuNs();
        Guard(nowNs, static (source, now) => source.Tick(now));
        Volatile.Write(ref _cpuNs, _cpuNs + BootClock.ThreadCpuNs() - cpuNs);
        _dueNs = nowNs - _dueNs < _periodNs ? _dueNs + _periodNs : nowNs + _periodNs; // no catching up
        return _dueNs;
    }

    /// <summary>Stops and disposes.</summary>
    public void Stop(long nowNs)
    {
        if (Source is not { } source)
        {
            return;
        }

        if (State.State == SourceState.Running)
        {
            Guard(nowNs, static (running, now) => running.Stop(now));
        }

        lock (_gate)
        {
            _state = _state == SourceState.Running ? SourceState.Stopped : _state;
        }

        source.Dispose();
    }

    /// <summary>It does not go on: a defect of its own, or of the thread that drives it.</summary>
    public void Fail(Exception fault)
    {
        if (State.State is not (SourceState.Disabled or SourceState.Failed))
        {
            Fail(LineOf(fault), fault.ToString(), Found);
        }
    }

    /// <summary>The status; rows are those of its tables.</summary>
    public SourceStatus ToStatus(IReadOnlyList<TableStatistics> tables)
    {
        var (state, error, _) = State;
        var source = Source;
        return new SourceStatus(
            Entry.Name,
            state,
            error,
            PeriodMs,
            tables.Where(t => Entry.Tables.Contains(t.Name)).Sum(t => t.RowsWritten),
            Volatile.Read(ref _cpuNs) + (source?.OwnCpuNs ?? 0),
            source?.Losses ?? 0);
    }

    private void Guard(long nowNs, Action<ISource, long> work)
    {
        try
        {
            work(_source!, nowNs);
        }
        catch (Exception e) // a defect of one source: the others go on, and the status says so
        {
            Fail(e);
        }
    }

    private static string LineOf(Exception fault) => $"{fault.GetType().Name}: {fault.Message}";

    private void Fail(string error, string detail, SourceStart found)
    {
        lock (_gate)
        {
            (_state, _error, _detail, _found) = (SourceState.Failed, error, detail, found);
        }
    }
}
