using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>
/// Names addresses of one process. What it has mapped is read again when an address is not found; names found are kept.
/// </summary>
internal sealed class ProcessSymbols(uint processId, ModuleCache modules, DotnetMaps? dotnet = null)
{
    private const int MaxFrames = 16_384; // names kept; beyond, all are looked up again
    private const string MemoryFile = "/memfd:"; // where .NET puts compiled code

    private readonly List<MappedCode> _code = []; // by address
    private readonly Dictionary<ulong, byte[]> _frames = [];
    private readonly PerfMap _compiled = new(processId);
    private long _readNs = long.MinValue;
    private bool _isAsked; // for the names of what it compiled
    private bool _isWritten; // and the map has come, if not whole

    /// <summary>When a stack of the process was named last, ns.</summary>
    public long UsedNs { get; private set; }

    /// <summary>True from the request for names of compiled code until they have come.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Takes names that have come; true for new ones: what was named before is out of date.</summary>
    public bool TakeMap()
    {
        var hasGrown = _compiled.Refresh();
        IsWaiting = hasGrown || !_isWritten;
        _isWritten |= hasGrown;
        if (hasGrown)
        {
            _frames.Clear();
        }

        return hasGrown;
    }

    /// <summary>Names the function that an address is in; without one, the place in its file.</summary>
    /// <param name="address">An address in the process.</param>
    /// <param name="nowNs">Now: mappings are read at most once per moment.</param>
    public byte[] NameOf(ulong address, long nowNs)
    {
        UsedNs = nowNs;
        if (_frames.TryGetValue(address, out var frame))
        {
            return frame;
        }

        if (_frames.Count >= MaxFrames)
        {
            _frames.Clear();
        }

        return _frames[address] = Resolve(address, nowNs);
    }

    private byte[] Resolve(ulong address, long nowNs)
    {
        var code = Find(address);
        if ((code is null || IsCompiled(code.Value)) && _readNs != nowNs)
        {
            _readNs = nowNs;
            Read();
            code = Find(address);
        }

        if (code is { } mapped && !IsCompiled(mapped))
        {
            return OfModule(address, mapped);
        }

        var name = _compiled.Functions.Find(address);
        if (name.IsEmpty && !_isAsked)
        {
            _isAsked = true; // once: a runtime that refuses will not change its mind
            IsWaiting = dotnet?.TryAsk(processId) == true;
        }

        return !name.IsEmpty ? FrameText.OfName(name)
            : code is { } memory ? FrameText.OfPlace(memory.FileName, memory.OffsetOf(address))
            : FrameText.OfPlace([], address);
    }

    private static bool IsCompiled(in MappedCode code) =>
        code.Path.StartsWith(MemoryFile, StringComparison.Ordinal);

    private byte[] OfModule(ulong address, in MappedCode mapped)
    {
        var symbols = modules.Find(processId, mapped);
        var offset = mapped.OffsetOf(address);
        var place = symbols?.AddressOf(offset) ?? offset;
        var name = symbols is null ? [] : symbols.Functions.Find(place);
        return name.IsEmpty ? FrameText.OfPlace(mapped.FileName, place) : FrameText.OfName(name);
    }

    private void Read()
    {
        _code.Clear();
        ProcessMaps.Read(processId, _code, withVdso: true);
        _code.RemoveAll(code => code.Path == ProcessMaps.VdsoName && code.End <= uint.MaxValue); // of 32-bit programs
        _code.Sort((a, b) => a.Start.CompareTo(b.Start));
        if (_compiled.Refresh())
        {
            _frames.Clear(); // code may have been thrown away and its place used again
        }
    }

    private MappedCode? Find(ulong address)
    {
        var (low, high) = (0, _code.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var code = _code[middle];
            if (address < code.Start)
            {
                high = middle - 1;
            }
            else if (address >= code.End)
            {
                low = middle + 1;
            }
            else
            {
                return code;
            }
        }

        return null;
    }
}
