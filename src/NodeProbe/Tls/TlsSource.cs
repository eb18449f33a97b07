using System.Runtime.InteropServices;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Tls.SelfTests;

namespace PixieOrleans.NodeProbe.Tls;

/// <summary>
/// Finds processes that use a TLS library and keeps probes in their libraries. News of programs and libraries that
/// come into use arrive from the kernel; a look at all processes now and then finds what they left out.
/// </summary>
internal sealed class TlsSource : IDisposable
{
    private const int LookMs = 20; // between looks at the news: the greater part of the delay until probes are in place
    private const int SweepMs = 5000;
    private const int MaxNews = 8192; // per look
    private const int MaxKnown = 32_768; // files by the kernel's description

    private readonly SocketProbe _sockets;
    private readonly TlsProbes _probes;
    private readonly TlsFiles _files;
    private readonly TlsProofs _proofs = new();
    private readonly SelfTestRunner? _selfTests;
    private readonly TlsProcesses _processes;
    private readonly ManualResetEvent _stop = new(initialState: false);
    private readonly Thread _thread;
    private readonly List<CodeNews> _news = [];
    private readonly Dictionary<NewsFile, TlsFile?> _known = [];
    private readonly Dictionary<uint, long> _pending = []; // processes to look at, with the time of their first news
    private readonly Queue<uint> _backlog = []; // as many as there are processes
    private readonly List<ConnectionEvent> _connections = [];
    private bool _isFirstSweep = true; // of all processes; later ones are told by news or by their calls
    private long _sweptMs = long.MinValue / 2;
    private Exception? _fault;
    private long _cpuNs;
    private int _probeCount;
    private IReadOnlyDictionary<string, int> _entryCounts = new Dictionary<string, int>();
    private bool _disposed;

    private TlsSource(SocketProbe sockets, TlsProbes probes, IReadOnlyCollection<string> excluded, bool selfTest)
    {
        (_sockets, _probes) = (sockets, probes);
        _files = new TlsFiles(probes, excluded);
        _selfTests = selfTest ? new SelfTestRunner(probes) : null;
        _processes = new TlsProcesses(_files, probes, _proofs, _selfTests);
        _thread = new Thread(Run) { Name = "pxo-tls", IsBackground = true };
    }

    /// <summary>What ended the thread; null while it runs.</summary>
    public Exception? Fault => Volatile.Read(ref _fault);

    /// <summary>Probes in place; by any thread.</summary>
    public int ProbeCount => Volatile.Read(ref _probeCount);

    /// <summary>Entries per map of the probes, some seconds old; by any thread.</summary>
    public IReadOnlyDictionary<string, int> EntryCounts => Volatile.Read(ref _entryCounts);

    /// <summary>CPU time of the thread, ns; by any thread.</summary>
    public long CpuNs => Volatile.Read(ref _cpuNs);

    /// <summary>Processes that use TLS; by any thread.</summary>
    public IReadOnlyList<TlsProcessStatus> Status => _processes.Status;

    /// <summary>Loads the TLS object beside the socket probes and starts the look-out.</summary>
    /// <param name="sockets">The socket probes.</param>
    /// <param name="excluded">Paths, or ends of paths, of files that are left alone.</param>
    /// <param name="selfTest">Try each probed library with known calls.</param>
    /// <exception cref="BpfException">The kernel does not take it.</exception>
    public static TlsSource Start(SocketProbe sockets, IReadOnlyCollection<string> excluded, bool selfTest)
    {
        var source = new TlsSource(sockets, TlsProbes.Load(sockets), excluded, selfTest);
        source._thread.Start();
        return source;
    }

    /// <summary>Removes all probes; before the socket probes go.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _stop.Set();
        _thread.Join();
        _selfTests?.Dispose();
        _files.DetachAll();
        _probes.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        try
        {
            do
            {
                Look(Environment.TickCount64);
            }
            while (!_stop.WaitOne(LookMs));
        }
        catch (Exception e) // the other sources go on; the status tells
        {
            Volatile.Write(ref _fault, e);
        }
    }

    private void Look(long nowMs)
    {
        _news.Clear();
        var reader = new NewsReader(_news);
        _sockets.DrainNews(ref reader, MaxNews);
        foreach (var news in _news)
        {
            Take(news, nowMs);
        }

        foreach (var (processId, sinceMs) in _files.TakeFound())
        {
            _pending.TryAdd(processId, sinceMs);
        }

        foreach (var (processId, sinceMs) in _pending)
        {
            if (_processes.Look(processId, nowMs, sinceMs))
            {
                LearnFiles(processId);
            }
        }

        _pending.Clear();
        LookAtBacklog(nowMs);
        if (nowMs - _sweptMs >= SweepMs)
        {
            _sweptMs = nowMs;
            Sweep(nowMs);
            Volatile.Write(ref _cpuNs, BootClock.ThreadCpuNs());
        }

        if (_processes.Publish(nowMs))
        {
            Volatile.Write(ref _probeCount, _files.ProbeCount);
        }
    }

    private void Take(in CodeNews news, long nowMs)
    {
        if (!_known.TryGetValue(news.File, out var file))
        {
            _files.ForgetInode(news.File.Inode);
            _pending.TryAdd(news.Tgid, nowMs);
        }
        else if (file is not null && !_processes.TryAdd(news.Tgid, file, nowMs))
        {
            _known.Remove(news.File); // its probes went with its last user
            _pending.TryAdd(news.Tgid, nowMs);
        }
    }

    /// <summary>Notes of each file of the news whether it is a TLS library: it is not looked at again.</summary>
    private void LearnFiles(uint processId)
    {
        if (_known.Count > MaxKnown)
        {
            _known.Clear();
        }

        foreach (var news in _news)
        {
            if (news.Tgid == processId && _files.TryFind(news.File.Inode, out var library))
            {
                _known.TryAdd(news.File, library);
            }
        }
    }

    private void Sweep(long nowMs)
    {
        _processes.RemoveEnded(nowMs);
        var candidates = _isFirstSweep ? ProcFiles.ProcessIds() : _probes.ReadProcesses();
        _isFirstSweep = false;
        foreach (var processId in candidates.Where(p => !_processes.Contains(p)))
        {
            _backlog.Enqueue(processId);
        }

        AddUnseen();
        Volatile.Write(ref _entryCounts, _probes.CountEntries());
        _files.DetachUnused(nowMs);
    }

    /// <summary>Looks at processes that are no news, a little at a time: news go first.</summary>
    private void LookAtBacklog(long nowMs)
    {
        while (Environment.TickCount64 - nowMs < LookMs && _backlog.TryDequeue(out var processId))
        {
            _processes.Look(processId, nowMs, nowMs);
        }
    }

    /// <summary>Lists processes with TLS connections whose plaintext nobody sees, and judges all others.</summary>
    private void AddUnseen()
    {
        _connections.Clear();
        _sockets.SnapshotConnections(_connections);
        _proofs.Update(_connections);
        foreach (ref readonly var connection in CollectionsMarshal.AsSpan(_connections))
        {
            if (connection.Protocol == (byte)Protocol.Tls)
            {
                _processes.AddUnseen(connection.Header.Connection.Tgid);
            }
        }
    }
}
