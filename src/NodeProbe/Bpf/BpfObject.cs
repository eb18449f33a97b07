using System.Buffers;
using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>A program of a <see cref="BpfObject"/>; valid as long as the object.</summary>
internal readonly record struct BpfProgram(string Name, string Section, nint Pointer);

/// <summary>An embedded CO-RE object: opened, set up, loaded, then attached program by program.</summary>
internal sealed unsafe class BpfObject : IDisposable
{
    private readonly BpfObjectHandle _handle;
    private readonly List<BpfLinkHandle> _links = [];
    private readonly Dictionary<string, nint> _maps = [];
    private readonly string _name;

    private BpfObject(BpfObjectHandle handle, string name)
    {
        _handle = handle;
        _name = name;
        for (var map = LibBpf.NextMap(handle, 0); map != 0; map = LibBpf.NextMap(handle, map))
        {
            _maps[Text(LibBpf.MapName(map))] = map;
        }

        var programs = new List<BpfProgram>();
        for (var program = LibBpf.NextProgram(handle, 0); program != 0; program = LibBpf.NextProgram(handle, program))
        {
            var (title, section) = (Text(LibBpf.ProgramName(program)), Text(LibBpf.ProgramSection(program)));
            programs.Add(new BpfProgram(title, section, program));
        }

        Programs = programs;
    }

    /// <summary>All programs of the object.</summary>
    internal IReadOnlyList<BpfProgram> Programs { get; }

    /// <summary>Bytes of the embedded object <paramref name="name"/> ("socket" for socket.bpf.o).</summary>
    internal static byte[] ReadResource(string name)
    {
        using var stream = typeof(BpfObject).Assembly.GetManifestResourceStream($"{name}.bpf.o")
            ?? throw new InvalidOperationException($"no embedded object {name}.bpf.o");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Opens the embedded object; nothing is in the kernel yet.</summary>
    internal static BpfObject Open(string name)
    {
        BpfLog.Install();
        BpfLog.Clear();
        var data = ReadResource(name);
        var nativeName = Marshal.StringToCoTaskMemUTF8(name);
        try
        {
            fixed (byte* bytes = data)
            {
                var options = new BpfObjectOpenOptions
                {
                    Size = (nuint)sizeof(BpfObjectOpenOptions),
                    ObjectName = (byte*)nativeName,
                };
                var handle = LibBpf.OpenObject(bytes, (nuint)data.Length, &options);
                return new BpfObject(BpfException.ThrowIfInvalid(handle, "bpf_object__open_mem", name), name);
            }
        }
        finally
        {
            Marshal.FreeCoTaskMem(nativeName);
        }
    }

    /// <summary>The read-only data of the object, to be written before <see cref="Load"/>.</summary>
    internal Span<byte> ReadOnlyData()
    {
        nuint bytes;
        var start = LibBpf.InitialValue(_maps[$"{_name}.rodata"], &bytes);
        return start == null ? [] : new Span<byte>(start, (int)bytes);
    }

    /// <summary>Sets the size of a map; before <see cref="Load"/>.</summary>
    internal void SetMaxEntries(string map, uint entries) =>
        BpfException.ThrowIfNegative(LibBpf.SetMaxEntries(_maps[map], entries), "bpf_map__set_max_entries", map);

    /// <summary>Gives a map of the object a ring that exists already; before <see cref="Load"/>.</summary>
    internal void UseRing(string map, RingReader ring) =>
        BpfException.ThrowIfNegative(LibBpf.ReuseMap(_maps[map], ring.Fd), "bpf_map__reuse_fd", map);

    /// <summary>Uses the maps of a loaded object instead of own ones of their names; before load.</summary>
    internal void ShareMaps(BpfObject loaded)
    {
        foreach (var (name, map) in _maps)
        {
            if (loaded._maps.TryGetValue(name, out var shared))
            {
                BpfException.ThrowIfNegative(LibBpf.ReuseMap(map, LibBpf.MapFd(shared)), "bpf_map__reuse_fd", name);
            }
        }
    }

    /// <summary>Chooses the programs that <see cref="Load"/> loads.</summary>
    internal void SelectPrograms(Predicate<BpfProgram> selected)
    {
        foreach (var program in Programs)
        {
            var result = LibBpf.SetAutoload(program.Pointer, selected(program));
            BpfException.ThrowIfNegative(result, "bpf_program__set_autoload", program.Name);
        }
    }

    /// <summary>Creates the maps and verifies the selected programs.</summary>
    internal void Load()
    {
        var result = LibBpf.LoadObject(_handle);
        if (result < 0)
        {
            throw BpfException.Of("bpf_object__load", _name, -result, BpfLog.Tail());
        }
    }

    /// <summary>Attaches a program where its section says; detached with the object.</summary>
    internal void Attach(BpfProgram program)
    {
        BpfLog.Clear();
        var link = LibBpf.Attach(program.Pointer);
        _links.Add(BpfException.ThrowIfInvalid(link, "bpf_program__attach", program.Section));
    }

    /// <summary>Attaches a tracepoint program to an event, beside those it is attached to already.</summary>
    internal void AttachTracepoint(BpfProgram program, string category, string name)
    {
        BpfLog.Clear();
        var link = LibBpf.AttachTracepoint(program.Pointer, category, name);
        _links.Add(BpfException.ThrowIfInvalid(link, "bpf_program__attach_tracepoint", $"{category}/{name}"));
    }

    /// <summary>Attaches a kprobe program to a function's return, beside those it is attached to already.</summary>
    internal void AttachReturnProbe(BpfProgram program, string function)
    {
        BpfLog.Clear();
        var link = LibBpf.AttachKprobe(program.Pointer, true, function);
        _links.Add(BpfException.ThrowIfInvalid(link, "bpf_program__attach_kprobe", function));
    }

    /// <summary>Attaches an iterator's program; each pass is opened by <see cref="OpenIterator"/>.</summary>
    /// <returns>The link, owned by the object.</returns>
    internal BpfLinkHandle AttachIterator(BpfProgram program)
    {
        Attach(program);
        return _links[^1];
    }

    /// <summary>Opens a pass of an iterator; reading it runs the program over everything.</summary>
    internal static KernelFdHandle OpenIterator(BpfLinkHandle link) => new(
        BpfException.ThrowIfNegative(LibBpf.CreateIterator(LibBpf.LinkFd(link)), "bpf_iter_create", "iterator"));

    /// <summary>Attaches a program to an event of the tracing file system, by the event's number.</summary>
    internal void AttachEvent(BpfProgram program, int eventId, string subject)
    {
        BpfLog.Clear();
        var opened = PerfEvent.Open(PerfEvent.TracepointType, (ulong)eventId, config1: 0);
        using var perfEvent = BpfException.ThrowIfInvalid(opened, "perf_event_open", subject);
        _links.Add(AttachTo(perfEvent, program, subject));
    }

    /// <summary>Attaches a program to an open perf event, which belongs to the link from now on.</summary>
    internal static BpfLinkHandle AttachTo(KernelFdHandle perfEvent, BpfProgram program, string subject)
    {
        BpfLog.Clear();
        var link = LibBpf.AttachPerfEvent(program.Pointer, perfEvent.Fd);
        BpfException.ThrowIfInvalid(link, "bpf_program__attach_perf_event", subject);
        perfEvent.SetHandleAsInvalid();
        return link;
    }

    /// <summary>File descriptor of a loaded map, borrowed.</summary>
    internal int MapFd(string map) =>
        BpfException.ThrowIfNegative(LibBpf.MapFd(_maps[map]), "bpf_map__fd", map);

    /// <summary>Counts the entries of a hash map, reading it in batches.</summary>
    internal int CountEntries(string map)
    {
        const int BatchEntries = 1024;
        const int NoMoreEntries = -2; // ENOENT
        var keys = ArrayPool<byte>.Shared.Rent(BatchEntries * (int)LibBpf.KeyBytes(_maps[map]));
        var values = ArrayPool<byte>.Shared.Rent(BatchEntries * (int)LibBpf.ValueBytes(_maps[map]));
        ulong position = 0; // 4 bytes of it are used
        var (fd, entries, result) = (MapFd(map), 0, 0);
        fixed (byte* key = keys, value = values)
        {
            for (var isFirst = true; result == 0; isFirst = false)
            {
                var count = (uint)BatchEntries;
                result = LibBpf.LookupBatch(fd, isFirst ? null : &position, &position, key, value, &count, 0);
                entries += result is 0 or NoMoreEntries ? (int)count : 0;
            }
        }

        ArrayPool<byte>.Shared.Return(keys);
        ArrayPool<byte>.Shared.Return(values);
        return result == NoMoreEntries ? entries : throw BpfException.Of("bpf_map_lookup_batch", map, -result);
    }

    /// <summary>Runs a raw tracepoint program now with these arguments; returns its result.</summary>
    internal uint Run(string program, ReadOnlySpan<ulong> arguments)
    {
        var fd = LibBpf.ProgramFd(Programs.First(p => p.Name == program).Pointer);
        fixed (ulong* context = arguments)
        {
            var options = new BpfTestRunOptions
            {
                Size = (nuint)sizeof(BpfTestRunOptions),
                Context = context,
                ContextBytes = (uint)(arguments.Length * sizeof(ulong)),
            };
            BpfException.ThrowIfNegative(LibBpf.TestRun(fd, &options), "bpf_prog_test_run_opts", program);
            return options.Result;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var link in _links)
        {
            link.Dispose();
        }

        _links.Clear();
        _handle.Dispose();
    }

    private static string Text(byte* zeroTerminated) => Marshal.PtrToStringUTF8((nint)zeroTerminated) ?? string.Empty;
}
