using System.Collections.Concurrent;
using System.Globalization;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls.Stripped;

/// <summary>
/// Searches large files without known symbols for a TLS library, one after the other and beside the thread that
/// attaches probes: code of 200 MB takes about a second. What was found is kept by build id. Used by one thread.
/// </summary>
internal sealed class StrippedSearch
{
    private const ulong MinCodeBytes = 512 << 10; // below that no program contains BoringSSL
    private const int MaxFiles = 1024; // that wait, each open
    private const int MaxProcesses = 4096; // that wait for one file
    private const int MaxPlans = 1024;

    private readonly Dictionary<TlsFile, Dictionary<uint, long>> _waiting = []; // processes, since when
    private readonly ConcurrentQueue<(TlsFile File, string Build, TlsPlan Plan)> _done = new();
    private readonly Dictionary<string, TlsPlan> _plans = [];
    private Task _searches = Task.CompletedTask;
    private volatile bool _stopped;

    /// <summary>Searches a file for a process; its plan comes at once when its build was searched before.</summary>
    public void Start(TlsFile file, ElfFile elf, uint processId)
    {
        var build = BuildOf(elf);
        if (elf.FindSection(".text") is not { Bytes: >= MinCodeBytes } || _waiting.Count >= MaxFiles)
        {
            file.Finish(TlsPlan.None);
        }
        else if (_plans.TryGetValue(build, out var plan))
        {
            file.Finish(plan);
        }
        else
        {
            _waiting[file] = new Dictionary<uint, long> { [processId] = Environment.TickCount64 };
            _searches = _searches.ContinueWith(
                _ => _done.Enqueue((file, build, Search(elf))),
                CancellationToken.None,
                TaskContinuationOptions.LongRunning,
                TaskScheduler.Default);
        }
    }

    /// <summary>True while a file is searched.</summary>
    public bool IsSearched(TlsFile file) => _waiting.ContainsKey(file);

    /// <summary>Another process waits for the file, if it is searched.</summary>
    public void Await(TlsFile file, uint processId)
    {
        if (_waiting.TryGetValue(file, out var processes) && processes.Count < MaxProcesses)
        {
            processes.TryAdd(processId, Environment.TickCount64);
        }
    }

    /// <summary>Processes that use what was found since the last time, and since when they wait.</summary>
    public IEnumerable<(uint ProcessId, long SinceMs)> TakeFound()
    {
        while (_done.TryDequeue(out var done))
        {
            _waiting.Remove(done.File, out var processes);
            if (done.Build.Length > 0 && _plans.Count < MaxPlans)
            {
                _plans[done.Build] = done.Plan;
            }

            done.File.Finish(done.Plan);
            foreach (var (processId, sinceMs) in done.Plan == TlsPlan.None ? [] : processes ?? [])
            {
                yield return (processId, sinceMs);
            }
        }
    }

    /// <summary>Waits for the search under way; others do not begin.</summary>
    public void Stop()
    {
        _stopped = true;
        _searches.Wait();
    }

    /// <summary>Tells files of the same code at the same places from all others; empty without build id.</summary>
    private static string BuildOf(ElfFile elf)
    {
        var code = elf.Segments.Where(s => s.IsLoaded && s.IsExecutable)
            .Select(s => string.Create(CultureInfo.InvariantCulture, $" {s.Offset:x} {s.Address:x} {s.FileBytes:x}"));
        return elf.BuildId.Length == 0 ? string.Empty : elf.BuildId + string.Concat(code);
    }

    private TlsPlan Search(ElfFile elf)
    {
        try
        {
            return _stopped ? TlsPlan.None : BoringSsl.Find(elf);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException) // closed meanwhile
        {
            return TlsPlan.None;
        }
        catch (Exception e) // a damaged file; the others go on
        {
            return TlsPlan.None with { HasCalls = true, Error = $"The search for BoringSSL failed: {e.Message}" };
        }
    }
}
