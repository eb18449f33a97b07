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
    private readonly SourceContext _context;
    private readonly object _gate = new();
    private readonly Thread _thread;
    private bool _started; // guarded by _gate
    private bool _stopping; // guarded by _gate

    /// <summary>Starts nothing yet.</summary>
    /// <param name="name">Name of the thread.</param>
    /// <param name="sources">What it drives.</param>
    /// <param name="context">What they share; disposed after them.</param>
    /// <param name="store">The tables.</param>
    /// <param name="writer">Its number as a writer of tables.</param>
    public SourceThread(
        string name, IReadOnlyList<SourceRun> sources, SourceContext context, TableStore store, int writer)
    {
        (_sources, _context, _store, _writer) = (sources, context, store, writer);
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

    /// <summary>Lets the thread stop its sources and end, as soon as they have ended what they do.</summary>
    public void BeginStop()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until it has ended.</summary>
    public void AwaitStop()
    {
        if ((_thread.ThreadState & ThreadState.Unstarted) == 0)
        {
            _thread.Join();
        }
    }

    private void Loop()
    {
        try
        {
            ThreadNice.Set(_context.Options.ShardNice);
            foreach (var source in _sources)
            {
                source.Start(_context.Clock.NowNs);
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
                source.Stop(_context.Clock.NowNs);
            }

            _context.Dispose();
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
            var nowNs = _context.Clock.NowNs;
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
            dueNs = Math.Min(dueNs, source.Tick(_context.Clock.NowNs));
        }

        return dueNs == long.MaxValue
            ? MaxWaitMs
            : (int)Math.Clamp((dueNs - _context.Clock.NowNs + NsPerMs - 1) / NsPerMs, 0, MaxWaitMs);
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
