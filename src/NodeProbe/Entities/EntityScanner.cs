using PixieOrleans.Model.Entities;
using PixieOrleans.NodeProbe.Clock;

namespace PixieOrleans.NodeProbe.Entities;

/// <summary>
/// The thread that keeps <see cref="HostEntities"/> up to date: by a scan every few seconds, and in between by a look
/// at processes that were just seen at work. The pictures may be read by any thread.
/// </summary>
internal sealed class EntityScanner
{
    private const int MaxLooksPerSecond = 500; // a look takes about 0.1 ms; the rest is left to the scan
    private const long SecondNs = 1_000_000_000;
    private const long NsPerTick = 10_000_000; // start times of processes count in ticks of 10 ms

    private readonly HostEntities _entities;
    private readonly BootClock _clock;
    private readonly long _scanNs;
    private readonly Thread _thread;
    private readonly Lock _lossesLock = new();
    private volatile EntityPicture _picture;
    private volatile bool _stopping;
    private volatile Exception? _fault;
    private long _published;
    private long _podChanges;
    private long _secondNs;
    private int _looks;
    private long _unseen;
    private EntityLosses _losses;

    /// <summary>Starts nothing yet.</summary>
    public EntityScanner(
        HostEntitiesSettings settings, IProcessReader reader, SeenProcesses seen, BootClock clock, int scanSeconds)
    {
        Seen = seen;
        _clock = clock;
        _scanNs = scanSeconds * SecondNs;
        _entities = new HostEntities(settings, reader, ticks => clock.ToUnixNs(ticks * NsPerTick));
        _picture = new EntityPicture(EntitySnapshot.Empty, clock.NowNs);
        _thread = new Thread(Loop) { Name = "pxo-entities", IsBackground = true };
    }

    /// <summary>Takes the processes that sources see.</summary>
    public SeenProcesses Seen { get; }

    /// <summary>The latest picture.</summary>
    public EntityPicture Picture => _picture;

    /// <summary>What ended the thread; null while it runs.</summary>
    public Exception? Fault => _fault;

    /// <summary>Ended processes forgotten too early, running ones without room, seen ones not looked at.</summary>
    public (long Forgotten, long Refused, long Unseen) Losses
    {
        get
        {
            lock (_lossesLock)
            {
                return (_losses.Forgotten, _losses.Refused, _unseen + Seen.Dropped);
            }
        }
    }

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Ends the thread; the last picture stays.</summary>
    public void Stop()
    {
        _stopping = true;
        Seen.Wake();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
    }

    private void Loop()
    {
        try
        {
            var scannedNs = long.MinValue;
            while (!_stopping)
            {
                var nowNs = _clock.NowNs;
                LookAtSeen(nowNs);
                if (scannedNs == long.MinValue || nowNs - scannedNs >= _scanNs || nowNs < scannedNs)
                {
                    _entities.Scan(nowNs);
                    scannedNs = nowNs;
                }

                Publish();
                var leftNs = _scanNs - (_clock.NowNs - scannedNs);
                Seen.Wait((int)Math.Clamp(leftNs / 1_000_000, 0, _scanNs / 1_000_000));
            }
        }
        catch (Exception e) // names stop at what they are; the status says why
        {
            _fault = e;
        }
    }

    private void LookAtSeen(long nowNs)
    {
        if (nowNs - _secondNs >= SecondNs || nowNs < _secondNs)
        {
            (_secondNs, _looks) = (nowNs, 0);
        }

        while (Seen.TryTake(out var process))
        {
            if (++_looks <= MaxLooksPerSecond)
            {
                _entities.Look(process.ProcessId, process.StartTicks, nowNs);
                continue;
            }

            lock (_lossesLock)
            {
                _unseen++;
            }
        }
    }

    private void Publish()
    {
        lock (_lossesLock)
        {
            _losses = _entities.Losses;
        }

        if (_entities.Changes != _published)
        {
            _published = _entities.Changes;
            var version = _picture.Version + (_entities.PodChanges - _podChanges);
            _podChanges = _entities.PodChanges;
            _picture = new EntityPicture(_entities.ToSnapshot(), version);
        }
    }
}

/// <summary>Who is who, and a number that grows with every change of pods or services.</summary>
/// <param name="Entities">Who is who.</param>
/// <param name="Version">The number; that of a restarted node is larger, too.</param>
public sealed record EntityPicture(EntitySnapshot Entities, long Version)
{
    /// <summary>Nobody is known.</summary>
    public static EntityPicture Empty { get; } = new(EntitySnapshot.Empty, 0);
}
