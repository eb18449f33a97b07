using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>
/// Names addresses of one process. What it has mapped is read again when an address is not found; names found are kept.
/// </summary>
internal sealed class ProcessSymbols(SampledProcess process, ModuleCache modules, RuntimeMethods? runtimes = null)
{
    private const long ShortestWaitNs = 10_000_000_000; // between questions for names
    private const long LongestWaitNs = 300_000_000_000;
    private const int MaxFrames = 16_384; // names kept; beyond, all are looked up again
    private const string LibraryMark = ".so"; // in its name; no runtime compiles into it
    private const string MemoryFile = "/memfd:"; // where .NET puts compiled code

    private readonly List<MappedCode> _code = []; // by address
    private readonly Dictionary<ulong, byte[]> _frames = [];
    private readonly PerfMap _compiled = new(process.Tgid);
    private long _readNs = long.MinValue;
    private FunctionTable _methods = FunctionTable.Empty; // that a runtime told
    private MethodsQuestion? _question;
    private bool _isMissing; // names of code that the question would bring
    private long _askNs = long.MinValue; // not before
    private long _waitNs = ShortestWaitNs;

    /// <summary>Code that the process has mapped from files, as read last.</summary>
    public IReadOnlyList<MappedCode> Code => _code;

    /// <summary>How often it was read.</summary>
    public int Reads { get; private set; }

    /// <summary>When a stack of the process was named last, ns.</summary>
    public long UsedNs { get; private set; }

    /// <summary>True when names may come, or are to be asked for.</summary>
    public bool IsWaiting => _question is not null || (_isMissing && runtimes is not null);

    /// <summary>Memory of the names that a runtime told.</summary>
    public long Bytes => _methods.Bytes + _compiled.Content.Functions.Bytes;

    /// <summary>Takes names that have come; true for new ones: what was named before is out of date.</summary>
    /// <param name="nowNs">Now.</param>
    /// <param name="mayAsk">False when there is no room for more.</param>
    public bool TakeMethods(long nowNs, bool mayAsk)
    {
        if (_question?.Answer is { } answer)
        {
            _question = null;
            if (answer.Count == 0 || answer.Bytes == _methods.Bytes)
            {
                return false; // nothing new
            }

            (_methods, _isMissing) = (answer, false);
            _frames.Clear();
            return true;
        }

        if (mayAsk && _question is null && _isMissing && nowNs >= _askNs)
        {
            _question = runtimes!.TryAsk(process);
            _waitNs = _askNs > 0 && nowNs - _askNs < _waitNs ? Math.Min(2 * _waitNs, LongestWaitNs) : ShortestWaitNs;
            (_askNs, _isMissing) = (nowNs + _waitNs, false);
        }

        return false;
    }

    /// <summary>
    /// Names the function that an address is in, and behind it, with semicolons, those inlined there; without one, the
    /// place in its file.
    /// </summary>
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

        var (file, place) = ("", address);
        if (code is { } mapped)
        {
            (file, place) = (mapped.FileName.ToString(), mapped.OffsetOf(address));
            if (!IsCompiled(mapped) && modules.Find(process.Tgid, mapped) is { } symbols)
            {
                place = symbols.AddressOf(place) ?? place;
                if (symbols.FrameAt(place) is { } frame)
                {
                    return frame;
                }
            }
        }

        var name = _methods.Find(address);
        name = name.IsEmpty ? _compiled.Content.Functions.Find(address) : name;
        _isMissing |= name.IsEmpty && !file.Contains(LibraryMark, StringComparison.Ordinal);
        return name.IsEmpty ? FrameText.OfPlace(file, place) : FrameText.OfName(name);
    }

    private static bool IsCompiled(in MappedCode code) =>
        code.Path.StartsWith(MemoryFile, StringComparison.Ordinal);

    private void Read()
    {
        Reads++;
        _code.Clear();
        ProcessMaps.Read(process.Tgid, _code, withVdso: true);
        _code.RemoveAll(code => code.Path == ProcessMaps.VdsoName && code.End <= uint.MaxValue); // of 32-bit programs
        _code.Sort((a, b) => a.Start.CompareTo(b.Start));
        if (_compiled.Refresh())
        {
            runtimes?.Count(_compiled.Content);
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
