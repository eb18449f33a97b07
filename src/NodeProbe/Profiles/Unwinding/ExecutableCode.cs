using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Profiles.Unwinding;

/// <summary>What one process has mapped as code: files, the vdso, and memory that it compiled into.</summary>
internal sealed class ExecutableCode(SampledProcess process)
{
    private const long OldNs = 60L * 1_000_000_000; // what is mapped may have been replaced
    private const ulong FirstAddress = 0x1000;
    private const ulong LastAddress = 0x7FFF_FFFF_EFFF; // of user space, 47 bits

    private readonly List<MappedCode> _code = []; // by address
    private long _readNs = long.MinValue / 2;

    /// <summary>When it was asked last, ns.</summary>
    public long UsedNs { get; private set; }

    /// <summary>Code that was mapped when it was read last; none when the process had ended.</summary>
    public IReadOnlyList<MappedCode> All => _code;

    /// <summary>It is in use; what was read long ago is read again.</summary>
    public void Touch(long nowNs)
    {
        UsedNs = nowNs;
        if (nowNs - _readNs > OldNs || nowNs < _readNs)
        {
            _readNs = nowNs;
            Read();
        }
    }

    /// <summary>The code at an address; false when the address is none of code.</summary>
    /// <param name="address">An address in the process.</param>
    /// <param name="nowNs">Now: mappings are read at most once per moment.</param>
    /// <param name="code">The code; without a file when nothing is known, as the process had ended.</param>
    public bool TryFind(ulong address, long nowNs, out MappedCode code)
    {
        if (Find(address, out code))
        {
            return true;
        }

        if (address is < FirstAddress or > LastAddress)
        {
            return false;
        }

        if (_readNs != nowNs)
        {
            _readNs = nowNs;
            Read();
            if (Find(address, out code))
            {
                return true;
            }
        }

        return _code.Count == 0;
    }

    private void Read()
    {
        var found = new List<MappedCode>();
        if (ProcessMaps.ReadAll(process.Tgid, found) && found.Count > 0)
        {
            found.Sort((a, b) => a.Start.CompareTo(b.Start));
            _code.Clear();
            _code.AddRange(found); // of a process that has ended meanwhile what was known stays
        }
    }

    private bool Find(ulong address, out MappedCode code)
    {
        var (low, high) = (0, _code.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            code = _code[middle];
            if (address >= code.Start && address < code.End)
            {
                return true;
            }

            (low, high) = address < code.Start ? (low, middle - 1) : (middle + 1, high);
        }

        code = default;
        return false;
    }
}
