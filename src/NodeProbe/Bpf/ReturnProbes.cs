using System.Globalization;
using PixieOrleans.NodeProbe.Processes;

namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>
/// Probes on the return of kernel functions, as events of the tracing file system: only these may have more than a
/// few calls under way at once, and tell how many returns they missed. Where they cannot be made, perf's are used.
/// </summary>
/// <remarks>
/// Source: kernel, Documentation/trace/kprobetrace.rst. An event stays until it is removed, even when its maker is
/// gone. Its name is pPID_START_NUMBER_FUNCTION, START in ticks since boot, so that the next start can tell which
/// are left over. To be disposed after the programs are detached; an event in use cannot be removed.
/// </remarks>
internal sealed class ReturnProbes : IDisposable
{
    /// <summary>The most calls under way that the kernel allows (KRETPROBE_MAXACTIVE_MAX).</summary>
    internal const int MaxCalls = 4096;

    private const string Group = "pxo";
    private const string EventsFile = "kprobe_events";
    private static int _opened; // in this process so far
    private readonly string? _root;
    private readonly string _reason; // why there are no events
    private readonly string _prefix;
    private readonly int _calls;
    private readonly HashSet<string> _names = [];

    private ReturnProbes(string? root, string reason, int calls)
    {
        (_root, _reason, _calls) = (root, reason, calls);
        var pid = (uint)Environment.ProcessId;
        var number = Interlocked.Increment(ref _opened);
        _prefix = string.Create(CultureInfo.InvariantCulture, $"p{pid}_{ProcFiles.StartTicks(pid)}_{number}_");
    }

    /// <summary>Whether <see cref="ReadMisses"/> knows of any probe.</summary>
    internal bool CountsMisses => _names.Count > 0;

    /// <summary>Removes events that dead processes left; each probe made later has room for this many calls.</summary>
    internal static ReturnProbes Open(int calls)
    {
        var root = TraceFs.Find(out var reason);
        if (root != null && !File.Exists($"{root}/{EventsFile}"))
        {
            (root, reason) = (null, $"no {root}/{EventsFile}: CONFIG_KPROBE_EVENTS is off");
        }

        if (root != null)
        {
            RemoveLeftovers(root);
        }

        return new ReturnProbes(root, reason, calls);
    }

    /// <summary>Attaches a program to a function's return; null, or what the probe lacks.</summary>
    internal string? Attach(BpfObject loaded, BpfProgram program, string function)
    {
        var reason = _reason;
        if (_root != null)
        {
            try
            {
                loaded.AttachEvent(program, Create(_root, function), function);
                return null;
            }
            catch (BpfException e) // perf may do what the tracing file system does not
            {
                reason = e.Message;
            }
        }

        loaded.AttachReturnProbe(program, function);
        return $"by perf: misses, uncounted, what is beyond 10 calls (or 2 per CPU) under way at once; {reason}";
    }

    /// <summary>Returns that were missed because too many calls were under way, or within another probe.</summary>
    internal long ReadMisses()
    {
        var misses = 0L;
        foreach (var line in File.ReadLines($"{_root}/kprobe_profile"))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries); // name, hits, misses
            if (fields.Length == 3 && _names.Contains(fields[0]))
            {
                misses += long.Parse(fields[2], CultureInfo.InvariantCulture);
            }
        }

        return misses;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var name in _names)
        {
            Remove(_root!, name);
        }

        _names.Clear();
    }

    private int Create(string root, string function)
    {
        var name = _prefix + function;
        var command = string.Create(CultureInfo.InvariantCulture, $"r{_calls}:{Group}/{name} {function}");
        BpfException.ThrowIfNegative(TraceFs.Append(root, EventsFile, command), "write", $"{EventsFile}, {command}");
        _names.Add(name);
        return TraceFs.EventId(root, $"{Group}/{name}") ?? throw BpfException.Of("open", $"id of event {name}", 2);
    }

    /// <summary>
    /// Tries only: busy (EBUSY) is the event of a process in another pid namespace, or one whose descriptor a child
    /// of ours holds between fork and exec; a later start removes it.
    /// </summary>
    private static void Remove(string root, string name) => _ = TraceFs.Append(root, EventsFile, $"-:{Group}/{name}");

    private static void RemoveLeftovers(string root)
    {
        string[] folders;
        try
        {
            folders = Directory.GetDirectories($"{root}/events/{Group}");
        }
        catch (DirectoryNotFoundException) // there are none
        {
            return;
        }

        foreach (var name in folders.Select(f => Path.GetFileName(f)).Where(IsLeftover))
        {
            Remove(root, name);
        }
    }

    private static bool IsLeftover(string name)
    {
        var parts = name.Split('_');
        return parts.Length > 3 && parts[0].StartsWith('p')
            && uint.TryParse(parts[0].AsSpan(1), CultureInfo.InvariantCulture, out var pid)
            && ulong.TryParse(parts[1], CultureInfo.InvariantCulture, out var start)
            && ProcFiles.StartTicks(pid) != start;
    }
}
