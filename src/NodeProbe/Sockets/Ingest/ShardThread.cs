using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.NodeProbe.Sockets.Ingest;

/// <summary>
/// The thread of one shard: empties the ring, waits an interval, again. The wait grows to four intervals while nothing
/// comes, and is left out after a pass that found the ring well filled.
/// </summary>
internal sealed class ShardThread : IDisposable
{
    private const long TickNs = 1_000_000_000;
    private const int IdleFactor = 4;
    private const int IdlePasses = 16; // empty passes after which the wait grows
    private const int BusyShare = 8; // a pass over this part of the ring is followed by the next at once

    private readonly IngestShard _shard;
    private readonly int _index;
    private readonly TableStore _store;
    private readonly BootClock _clock;
    private readonly NodeProbeOptions _options;
    private readonly ManualResetEvent _stop = new(initialState: false);
    private readonly Thread _thread;
    private Exception? _fault;

    public ShardThread(
        IngestShard shard, int index, TableStore store, BootClock clock, NodeProbeOptions options)
    {
        (_shard, _index, _store, _clock, _options) = (shard, index, store, clock, options);
        _thread = new Thread(Run) { Name = $"pxo-shard-{index}", IsBackground = true };
    }

    /// <summary>What ended the thread; null while it runs and after a regular end.</summary>
    public Exception? Fault => Volatile.Read(ref _fault);

    /// <summary>Starts draining.</summary>
    public void Start() => _thread.Start();

    /// <summary>Lets the thread end after a last pass, and waits for that.</summary>
    public void Stop()
    {
        _stop.Set();
        if ((_thread.ThreadState & ThreadState.Unstarted) == 0)
        {
            _thread.Join();
        }
    }

    /// <summary>After <see cref="Stop"/>.</summary>
    public void Dispose() => _stop.Dispose();

    private void Run()
    {
        try
        {
            ThreadNice.Set(_options.ShardNice);
            Loop();
        }
        catch (Exception e) // reported by the housekeeping: the source has failed, the node goes on
        {
            Volatile.Write(ref _fault, e);
        }
    }

    private void Loop()
    {
        var counters = _shard.Counters;
        var busyBytes = _options.DataRingBytes / BusyShare;
        var (emptyPasses, lastTickNs) = (0, 0L);
        var stopping = false;
        while (!stopping)
        {
            var bytesBefore = counters.EventBytes;
            var waitMs = _options.DrainIntervalMs;
            if (_shard.Pass() > 0)
            {
                emptyPasses = 0;
                waitMs = counters.EventBytes - bytesBefore > busyBytes ? 0 : _options.DrainIntervalMs;
            }
            else if (++emptyPasses > IdlePasses)
            {
                waitMs = _options.DrainIntervalMs * IdleFactor;
            }

            var nowNs = _clock.NowNs;
            if (nowNs - lastTickNs >= TickNs || nowNs < lastTickNs)
            {
                lastTickNs = nowNs;
                _shard.Tick(nowNs);
                _store.SealOldBatches(_index, nowNs);
                Volatile.Write(ref counters.CpuNs, BootClock.ThreadCpuNs());
            }

            stopping = _stop.WaitOne(waitMs);
        }

        _shard.Pass();
        _shard.Finish(_clock.NowNs);
    }
}
