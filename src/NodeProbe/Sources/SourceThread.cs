using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.NodeProbe.Sources;

/// <summary>A thread that starts sources, ticks each in its period, and stops them.</summary>
internal sealed class SourceThread
{
    private const long NsPerMs = 1_000_000;
    private const long SealNs = 1_000_000_000;
    private const int MaxWaitMs = 1000;

    private readonly IReadOnlyList<SourceRun> _sources;
    private readonly TableStore _store;
    private readonly int _writer;
    private readonly BootClock _clock;
    private readonly object _gate = new();
    private readonly Thread _thread;
    private bool _started; // guarded by _gate
    private bool _stopping; // guarded by _gate

    /// <summary>Starts nothing yet.</summary>
    public SourceThread(string name, IReadOnlyList<SourceRun> sources, TableStore store, int writer, BootClock clock)
    {
        (_sources, _store, _writer, _clock) = (sources, store, writer, clock);
        _thread = new Thread(Loop) { Name = name, IsBackground = true };
    }

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Waits until every source runs or is known not to be startable.</summary>
    public void AwaitStarts()
    {
        lock (_gate)
        {
            while (!_started)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Stops the sources and ends the thread.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        if ((_thread.ThreadState & ThreadState.Unstarted) == 0)
        {
            _thread.Join();
        }
    }

    private void Loop()
    {
        try
        {
            foreach (var source in _sources)
            {
                source.Start(_clock.NowNs);
            }

            SetStarted();
            Run();
        }
        catch (Exception e) // not of one source: all of them end, and each says so
        {
            foreach (var source in _sources)
            {
                source.Fail(e);
            }
        }
        finally
        {
            SetStarted();
            foreach (var source in _sources)
            {
                source.Stop(_clock.NowNs);
            }
        }
    }

    private void SetStarted()
    {
        lock (_gate)
        {
            _started = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        var sealedNs = 0L;
        while (!WaitForStop(Tick()))
        {
            var nowNs = _clock.NowNs;
            if (nowNs - sealedNs >= SealNs || nowNs < sealedNs)
            {
                sealedNs = nowNs;
                _store.SealOldBatches(_writer, nowNs);
            }
        }
    }

    /// <summary>Ticks what is due; returns how long to wait.</summary>
    private int Tick()
    {
        var dueNs = long.MaxValue;
        foreach (var source in _sources)
        {
            dueNs = Math.Min(dueNs, source.Tick(_clock.NowNs));
        }

        return dueNs == long.MaxValue
            ? MaxWaitMs
            : (int)Math.Clamp((dueNs - _clock.NowNs + NsPerMs - 1) / NsPerMs, 0, MaxWaitMs);
    }

    private bool WaitForStop(int milliseconds)
    {
        lock (_gate)
        {
            if (!_stopping && milliseconds > 0)
            {
                Monitor.Wait(_gate, milliseconds);
            }

            return _stopping;
        }
    }
}
