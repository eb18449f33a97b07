using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.NodeProbe.Entities;
using PixieOrleans.NodeProbe.Sockets.Ingest;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.NodeProbe.Sockets;

/// <summary>Source "socket_tracer": the loaded probe, and a thread per ring that turns events into rows.</summary>
internal sealed class SocketSource : IDisposable
{
    /// <summary>Name in tables and options.</summary>
    public const string Name = "socket_tracer";

    private readonly IngestShard[] _shards;
    private readonly ShardThread[] _threads;

    /// <summary>Takes over <paramref name="probe"/>.</summary>
    public SocketSource(
        ISocketProbe probe,
        NodeProbeOptions options,
        uint asid,
        IReadOnlyList<ProtocolDefinition> protocols,
        TableStore store,
        SeenProcesses seen,
        BootClock clock)
    {
        Probe = probe;
        var settings = ShardSettings.From(options, asid, probe.Shards) with { Seen = seen };
        _shards = new IngestShard[probe.Shards];
        _threads = new ShardThread[probe.Shards];
        for (var i = 0; i < _shards.Length; i++)
        {
            var sessions = new SessionFactory(protocols, options.RolesOf(protocols), store, i, asid);
            _shards[i] = new IngestShard(i, probe, settings, sessions, clock);
            _threads[i] = new ShardThread(_shards[i], i, store, clock, options);
        }
    }

    /// <summary>The probe.</summary>
    public ISocketProbe Probe { get; }

    /// <summary>The shards.</summary>
    public IReadOnlyList<IngestShard> Shards => _shards;

    /// <summary>What ended a thread; null while all run.</summary>
    public Exception? Fault => _threads.Select(t => t.Fault).FirstOrDefault(f => f is not null);

    /// <summary>Starts the threads.</summary>
    public void Start()
    {
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>Empties the rings a last time and ends the threads.</summary>
    public void StopThreads()
    {
        foreach (var thread in _threads)
        {
            thread.Stop();
        }
    }

    /// <summary>Ends the threads and detaches.</summary>
    public void Dispose()
    {
        StopThreads();
        foreach (var thread in _threads)
        {
            thread.Dispose();
        }

        Probe.Dispose();
    }
}
