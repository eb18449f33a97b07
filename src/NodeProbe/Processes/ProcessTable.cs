namespace PixieOrleans.NodeProbe.Processes;

/// <summary>Reads all processes of the machine in one pass.</summary>
internal interface ITaskReader : IDisposable
{
    /// <summary>How it reads, in words.</summary>
    string Description { get; }

    /// <summary>Hands every thread to the table, of a leader its process, too.</summary>
    void Read(ProcessTable table);
}

/// <summary>
/// The processes that run, read at most once per half a second by whoever asks. On the steady path nothing is allocated
/// per process. Used by one thread.
/// </summary>
internal sealed class ProcessTable(Func<ITaskReader> open) : IDisposable
{
    private const long FreshNs = 500_000_000;
    private const int MaxFree = 4096; // entries kept for processes to come

    private readonly Dictionary<uint, ProcessEntry> _entries = [];
    private readonly Stack<ProcessEntry> _free = new();
    private readonly List<ProcessEntry> _running = [];
    private readonly List<uint> _ended = [];
    private ITaskReader? _reader;
    private long _nowNs;

    /// <summary>Number of the last pass; 0 before the first.</summary>
    public long Pass { get; private set; }

    /// <summary>Those that run, as of the last pass; valid until the next.</summary>
    public List<ProcessEntry> Running => _running;

    /// <summary>How it reads; opens the reader.</summary>
    public string Description => Reader.Description;

    private ITaskReader Reader => _reader ??= open();

    /// <summary>Reads, unless the last pass is fresh.</summary>
    public void Refresh(long nowNs)
    {
        if (Pass > 0 && nowNs >= _nowNs && nowNs - _nowNs < FreshNs)
        {
            return;
        }

        _nowNs = nowNs;
        Pass++;
        Reader.Read(this);
        Complete();
    }

    /// <summary>The entry of a process that runs; null when there is none.</summary>
    public ProcessEntry? Find(uint tgid) => _entries.GetValueOrDefault(tgid);

    /// <summary>Takes a thread that is no leader.</summary>
    public void Add(in TaskRecord task) => EntryOf(task.Tgid).Add(in task, Pass, _nowNs);

    /// <summary>Takes a leader.</summary>
    public void Add(in TaskRecord task, in ProcessRecord process)
    {
        var entry = EntryOf(task.Tgid);
        entry.Add(in task, Pass, _nowNs);
        if (!entry.Add(in process))
        {
            entry.Restart(Pass, _nowNs);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reader?.Dispose();

    private ProcessEntry EntryOf(uint tgid)
    {
        if (!_entries.TryGetValue(tgid, out var entry))
        {
            entry = _free.TryPop(out var used) ? used : new ProcessEntry();
            entry.Reset(tgid);
            _entries.Add(tgid, entry);
        }

        return entry;
    }

    private void Complete()
    {
        _running.Clear();
        _ended.Clear();
        foreach (var (tgid, entry) in _entries)
        {
            if (entry.LastPass == Pass && entry.IsWhole)
            {
                entry.Complete();
                _running.Add(entry);
            }
            else if (entry.LastPass != Pass)
            {
                _ended.Add(tgid);
            }
        }

        foreach (var tgid in _ended)
        {
            _entries.Remove(tgid, out var entry);
            if (_free.Count < MaxFree)
            {
                _free.Push(entry!);
            }
        }
    }
}
