using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.NodeProbe.Tls.SelfTests;

namespace PixieOrleans.NodeProbe.Tls;

/// <summary>Processes that use TLS, and the files through which they do. Of one thread but for the status.</summary>
/// <param name="files">Keeps the probes.</param>
/// <param name="probes">Counts the calls.</param>
/// <param name="proofs">Knows the connections without plaintext.</param>
/// <param name="selfTests">Tries probed libraries; null: switched off.</param>
internal sealed class TlsProcesses(TlsFiles files, TlsProbes probes, TlsProofs proofs, SelfTestRunner? selfTests)
{
    private const int MaxProcesses = 16_384; // known at once; further ones are traced, but not listed
    private const int PublishMs = 500;

    private readonly Dictionary<uint, Entry> _entries = [];
    private readonly List<MappedCode> _code = [];
    private IReadOnlyList<TlsProcessStatus> _status = [];
    private long _publishedMs;

    /// <summary>Processes known.</summary>
    public int Count => _entries.Count;

    /// <summary>As published last; by any thread.</summary>
    public IReadOnlyList<TlsProcessStatus> Status => Volatile.Read(ref _status);

    /// <summary>True for a process that uses TLS by a known library, or has connections not seen through.</summary>
    public bool Contains(uint processId) => _entries.ContainsKey(processId);

    /// <summary>Reads what a process has mapped and places missing probes; false when it is gone.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="nowMs">Uptime of the machine.</param>
    /// <param name="sinceMs">When the news of it came.</param>
    public bool Look(uint processId, long nowMs, long sinceMs)
    {
        _code.Clear();
        if (IsOwn(processId) || !ProcessMaps.Read(processId, _code))
        {
            return false;
        }

        var mapped = _code.DistinctBy(c => c.File).Select(c => files.Get(processId, c)).OfType<TlsFile>().ToList();
        if (!mapped.Exists(f => f.Plan.HasCalls))
        {
            return true;
        }

        var records = mapped.Where(f => f.Plan.HasRecords).ToList();
        foreach (var file in mapped.Where(f => f.Plan.HasCalls || f.Plan.HasRecords))
        {
            file.Records = file.Plan.HasCalls ? records : [];
            var wasAttached = file.Attachment is not null;
            files.Use(file, processId, nowMs);
            var took = wasAttached ? 0 : Math.Max(0, Environment.TickCount64 - sinceMs);
            Add(processId, file, took);
        }

        mapped.FindAll(f => f.Plan.HasCalls).ForEach(library => selfTests?.Request(library));
        return true;
    }

    /// <summary>Adds a process that is known to use a file; false when probes have to be placed first.</summary>
    public bool TryAdd(uint processId, TlsFile file, long nowMs)
    {
        if (IsOwn(processId))
        {
            return true;
        }

        if (!file.IsSettled || !file.Records.All(f => f.IsSettled))
        {
            return false;
        }

        foreach (var used in file.Records.Append(file))
        {
            files.Use(used, processId, nowMs);
            Add(processId, used, attachMs: 0);
        }

        return true;
    }

    /// <summary>Lists a process whose TLS connections cannot be seen through; once.</summary>
    public void AddUnseen(uint processId)
    {
        if (_entries.Count >= MaxProcesses || Contains(processId))
        {
            return;
        }

        _code.Clear();
        if (ProcessMaps.Read(processId, _code) && ProcFiles.StartTicks(processId) is { } startTicks)
        {
            _entries[processId] = new Entry(startTicks, [], UnseenTls.Explain(processId, _code))
            {
                Name = ProcFiles.Name(processId) ?? string.Empty,
            };
        }
    }

    /// <summary>Forgets processes that have ended.</summary>
    public void RemoveEnded(long nowMs)
    {
        foreach (var (processId, entry) in _entries)
        {
            if (ProcFiles.StartTicks(processId) == entry.StartTicks)
            {
                continue;
            }

            foreach (var use in entry.Uses)
            {
                use.File.Users.Remove(processId);
                use.File.UsedMs = nowMs;
            }

            _entries.Remove(processId);
        }
    }

    /// <summary>Renews the status, twice a second; true when it did.</summary>
    public bool Publish(long nowMs)
    {
        if (nowMs - _publishedMs < PublishMs)
        {
            return false;
        }

        _publishedMs = nowMs;
        selfTests?.Collect();
        var status = new List<TlsProcessStatus>(_entries.Count);
        foreach (var (processId, entry) in _entries)
        {
            probes.TryRead(processId, out var counts);
            var version = entry.Uses.Select(u => u.File.Plan.Version).FirstOrDefault(v => v.Length > 0)
                ?? string.Empty;
            var libraries = entry.Uses.Where(u => u.File.Plan.HasCalls).ToList();
            if (libraries is [var only] && counts.Calls > counts.Unlinked)
            {
                only.File.IsProved = true;
            }

            foreach (var use in libraries)
            {
                status.Add(Describe(processId, entry, version, use, counts));
            }

            if (entry.Unseen is { } unseen)
            {
                status.Add(new TlsProcessStatus(
                    processId, entry.StartTicks, entry.Name, unseen.Library, "", TlsState.Unknown,
                    TlsProof.Blind, unseen.Reason, "",
                    "", 0, 0, 0, 0, 0, 0, 0, 0));
            }
        }

        Volatile.Write(ref _status, status);
        return true;
    }

    private bool IsOwn(uint processId) =>
        processId == Environment.ProcessId || selfTests?.Owns(processId) == true;

    private TlsProcessStatus Describe(
        uint processId, Entry entry, string version, Use use, in TlsProcessCounts counts)
    {
        var file = use.File;
        var state = file.Attachment is not null ? TlsState.Attached
            : file.Error == TlsFiles.ExcludedError ? TlsState.Excluded
            : TlsState.Failed;
        var (proof, reason) = state == TlsState.Attached
            ? proofs.Judge(processId, counts, file.IsProved, file.SelfTest)
            : (TlsProof.NotYet, file.Error);
        return new TlsProcessStatus(
            processId,
            entry.StartTicks,
            entry.Name,
            file.Path,
            file.Plan.Version.Length > 0 ? file.Plan.Version : version,
            state,
            proof,
            reason,
            DescribeMethods(counts),
            string.Join(", ", file.Plan.Functions.Select(f => $"{f.Key} {f.Value}")),
            use.AttachMs,
            (long)counts.Calls,
            (long)counts.Bytes,
            (long)counts.Unlinked,
            (long)counts.Nested,
            (long)counts.Cipher,
            (long)counts.Mixed,
            (long)counts.Direct);
    }

    private static string DescribeMethods(in TlsProcessCounts counts)
    {
        var methods = new[] { ("nested", counts.Nested), ("cipher", counts.Cipher), ("direct", counts.Direct) };
        var used = string.Join(", ", methods.Where(m => m.Item2 > 0).Select(m => m.Item1));
        return used.Length > 0 ? used : "none yet";
    }

    private void Add(uint processId, TlsFile file, long attachMs)
    {
        if (!_entries.TryGetValue(processId, out var entry) || entry.Unseen is not null)
        {
            if (_entries.Count >= MaxProcesses || ProcFiles.StartTicks(processId) is not { } startTicks)
            {
                file.Users.Remove(processId);
                return;
            }

            entry = new Entry(startTicks, [], Unseen: null) { Name = ProcFiles.Name(processId) ?? string.Empty };
            _entries[processId] = entry;
        }

        if (!entry.Uses.Exists(u => ReferenceEquals(u.File, file)))
        {
            entry.Uses.Add(new Use(file, attachMs));
        }
    }

    private sealed record Entry(ulong StartTicks, List<Use> Uses, UnseenTls.Explanation? Unseen)
    {
        public string Name { get; init; } = string.Empty;
    }

    private sealed record Use(TlsFile File, long AttachMs);
}
