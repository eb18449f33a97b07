using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Tls.Families;
using PixieOrleans.NodeProbe.Tls.Stripped;

namespace PixieOrleans.NodeProbe.Tls;

/// <summary>
/// Files by identity: each is looked at once and probed once, however many processes use it. Used by one thread.
/// </summary>
/// <param name="probes">Places probes.</param>
/// <param name="excluded">Paths, or ends of paths after a slash, of files that are left alone.</param>
internal sealed class TlsFiles(TlsProbes probes, IReadOnlyCollection<string> excluded)
{
    /// <summary>Error of a file that is left alone because a setting says so.</summary>
    public const string ExcludedError = "Excluded by NodeProbe:TlsExclude.";

    private const int MaxFiles = 16_384; // looked at; then the unused ones are forgotten and looked at again
    private const long KeepMs = 60_000; // without user: programs that run now and then find their probes in place

    private readonly Dictionary<FileIdentity, TlsFile> _files = [];
    private readonly StrippedSearch _search = new();
    private Task? _closing; // removes probes, one file after the other

    /// <summary>Probes in place.</summary>
    public int ProbeCount => _files.Values.Sum(f => f.Attachment?.Count ?? 0);

    /// <summary>
    /// The file that a process has mapped; looked at when it is new. Null when it cannot be opened, mostly because the
    /// process has just ended: the next process tells.
    /// </summary>
    public TlsFile? Get(uint processId, in MappedCode code)
    {
        if (_files.TryGetValue(code.File, out var known))
        {
            _search.Await(known, processId);
            return known;
        }

        if (_files.Count >= MaxFiles)
        {
            ForgetUnused();
        }

        if (Open(processId, code) is not { } bytes)
        {
            return null;
        }

        return _files[code.File] = Look(processId, code, bytes);
    }

    /// <summary>Processes in a file of which a library was found: to look at again; and since when they wait.</summary>
    public IEnumerable<(uint ProcessId, long SinceMs)> TakeFound() => _search.TakeFound();

    /// <summary>A file was made whose number may have been another's: what was known of that is forgotten.</summary>
    public void ForgetInode(ulong inode)
    {
        var others = _files.Values.Where(f => f.Identity.Inode == inode && f.Attachment is null);
        foreach (var file in others.Where(f => !_search.IsSearched(f)).ToList())
        {
            Forget(file);
        }
    }

    /// <summary>
    /// Was a file of this number looked at? Tells the TLS library of that number; null: there is none.
    /// </summary>
    public bool TryFind(ulong inode, out TlsFile? library)
    {
        library = null;
        var found = false;
        foreach (var file in _files.Values.Where(f => f.Identity.Inode == inode && !_search.IsSearched(f)))
        {
            found = true;
            library = file.Plan.HasCalls ? file : library;
        }

        return found;
    }

    /// <summary>Notes a user and places the probes when there are none yet.</summary>
    public void Use(TlsFile file, uint processId, long nowMs)
    {
        file.UsedMs = nowMs;
        if (!file.Users.Add(processId) || file.IsSettled)
        {
            return;
        }

        if (IsExcluded(file.Path))
        {
            file.Error = ExcludedError;
            return;
        }

        if (file.Plan.Probes.Count == 0)
        {
            file.Error = file.Plan.Error;
            return;
        }

        try
        {
            file.Attachment = probes.Attach(file.OpenPath, file.Plan.Probes);
        }
        catch (BpfException e)
        {
            file.Error = e.Message;
        }
    }

    /// <summary>Lets go of libraries that nobody has used for a minute; they are looked at anew when needed.</summary>
    public void DetachUnused(long nowMs)
    {
        foreach (var file in _files.Values)
        {
            if (file.Plan != TlsPlan.None && file.Users.Count == 0 && nowMs - file.UsedMs >= KeepMs)
            {
                Forget(file);
            }
        }
    }

    /// <summary>Removes all probes.</summary>
    public void DetachAll()
    {
        _search.Stop();
        foreach (var file in _files.Values.ToList())
        {
            Forget(file);
        }

        Interlocked.Exchange(ref _closing, null)?.Wait();
    }

    private static ElfBytes? Open(uint processId, in MappedCode code)
    {
        foreach (var path in new[] { code.LinkPath(processId), code.IsDeleted ? null : code.RootPath(processId) })
        {
            try
            {
                return path is null ? null : ElfBytes.OfFile(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                // not this way
            }
        }

        return null;
    }

    private TlsFile Look(uint processId, in MappedCode code, ElfBytes bytes)
    {
        if (!ElfFile.TryParse(bytes, out var elf, out _))
        {
            bytes.Dispose();
            return new TlsFile(code.File, code.Path, TlsPlan.None, null);
        }

        var file = new TlsFile(code.File, code.Path, TlsFamilies.Find(elf), elf);
        if (file.Plan == TlsPlan.None)
        {
            _search.Start(file, elf, processId);
        }

        return file;
    }

    private bool IsExcluded(string path) =>
        excluded.Any(e => path == e || path.EndsWith("/" + e.TrimStart('/'), StringComparison.Ordinal));

    private void ForgetUnused()
    {
        foreach (var file in _files.Values.Where(f => f.Users.Count == 0 && f.Attachment is null).ToList())
        {
            Forget(file);
        }
    }

    private void Forget(TlsFile file)
    {
        _files.Remove(file.Identity);
        file.IsForgotten = true;
        if (file.Attachment is null)
        {
            file.Dispose();
            return;
        }

        _closing = (_closing ?? Task.CompletedTask).ContinueWith( // slow, and new processes must not wait for it
            static (_, closing) => ((TlsFile)closing!).Dispose(),
            file,
            CancellationToken.None,
            TaskContinuationOptions.LongRunning,
            TaskScheduler.Default);
    }
}
