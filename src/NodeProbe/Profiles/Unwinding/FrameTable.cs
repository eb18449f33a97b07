using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Profiles.Unwinding;

/// <summary>
/// How to leave the functions of one program or library: its .eh_frame as it is in the file, and where in it each
/// range of code is described. Built in one pass, then read by any thread.
/// </summary>
internal sealed class FrameTable
{
    private const int MaxEntries = 1 << 21; // ranges of code; browsers have a million
    private const int Looks = 64; // functions that tell whether a program keeps frame pointers
    private const int SmallFunction = 32; // bytes; in smaller ones the compiler may leave the pointer out anyway
    private const double MostOf = 0.95;

    private readonly byte[] _section;
    private readonly ulong _sectionAddress;
    private readonly IReadOnlyList<ElfSegment> _segments;
    private readonly ulong _base; // address that starts count from
    private readonly uint[] _starts;
    private readonly int[] _entries;

    private FrameTable(ElfFile file, byte[] section, ulong sectionAddress)
    {
        (_section, _sectionAddress, _segments) = (section, sectionAddress, file.Segments);
        _base = file.Segments.Where(s => s.IsLoaded).Select(s => s.Address).DefaultIfEmpty().Min();
        (_starts, _entries) = ReadEntries();
        KeepsFramePointers = LooksFramed();
    }

    /// <summary>Ranges of code that are described.</summary>
    public int Count => _starts.Length;

    /// <summary>Memory that it takes.</summary>
    public long Bytes => _section.Length + (_starts.Length * (long)(sizeof(uint) + sizeof(int)));

    /// <summary>
    /// True when frame pointers lead from nearly all of its code to the callers: it describes no code (Go), or the
    /// functions it was asked about count their frames from rbp.
    /// </summary>
    public bool KeepsFramePointers { get; }

    /// <summary>Reads a file's table; one without .eh_frame, or a larger one than allowed, describes nothing.</summary>
    public static FrameTable Read(ElfFile file, int maxSectionBytes)
    {
        var section = file.FindSection(".eh_frame");
        var bytes = section is { } found ? file.ReadSection(found, maxSectionBytes) : null;
        return new FrameTable(file, bytes ?? [], section?.Address ?? 0);
    }

    /// <summary>The sections that tell the tables of two files apart, when these have the same build id.</summary>
    public static (ulong Address, ulong Bytes) ExtentOf(ElfFile file) =>
        file.FindSection(".eh_frame") is { } section ? (section.Address, section.Bytes) : default;

    /// <summary>Virtual address of a byte of the file; null when it is not loaded.</summary>
    public ulong? AddressOf(ulong offset)
    {
        foreach (var segment in _segments)
        {
            if (segment.IsLoaded && offset >= segment.Offset && offset - segment.Offset < segment.FileBytes)
            {
                return segment.Address + (offset - segment.Offset);
            }
        }

        return null;
    }

    /// <summary>How to leave the function at a virtual address; false when that is not described.</summary>
    public bool TryFind(ulong address, out UnwindRow row)
    {
        row = default;
        if (address < _base || address - _base > uint.MaxValue)
        {
            return false;
        }

        var index = Array.BinarySearch(_starts, (uint)(address - _base));
        index = index >= 0 ? index : ~index - 1;
        return index >= 0
            && FrameEntry.TryRead(_section, _entries[index], _sectionAddress, out var entry)
            && address - entry.Address < entry.Bytes
            && CfaProgram.TryRun(_section, _sectionAddress, entry, address, out row);
    }

    /// <inheritdoc cref="DwarfExpression.TryEvaluate"/>
    public bool TryEvaluate(int at, scoped in UnwindFrame frame, ulong? cfa, out ulong value) =>
        DwarfExpression.TryEvaluate(_section, at, frame, cfa, out value);

    private (uint[] Starts, int[] Entries) ReadEntries()
    {
        var (starts, entries) = (new List<uint>(), new List<int>());
        var isSorted = true;
        for (var at = 0;
            starts.Count < MaxEntries && FrameEntry.TryReadHead(_section, at, out var end, out var id);
            at = end)
        {
            if (id == 0 || !FrameEntry.TryRead(_section, at, _sectionAddress, out var entry)
                || entry.Address < _base || entry.Address - _base > uint.MaxValue)
            {
                continue;
            }

            var start = (uint)(entry.Address - _base);
            isSorted = isSorted && (starts.Count == 0 || start >= starts[^1]);
            starts.Add(start);
            entries.Add(at);
        }

        if (!isSorted)
        {
            CollectionsMarshal.AsSpan(starts).Sort(CollectionsMarshal.AsSpan(entries));
        }

        return ([.. starts], [.. entries]);
    }

    private bool LooksFramed()
    {
        var (framed, asked) = (0, 0);
        var step = Math.Max(1, _entries.Length / (Looks * 4));
        for (var i = 0; i < _entries.Length && asked < Looks; i += step)
        {
            if (FrameEntry.TryRead(_section, _entries[i], _sectionAddress, out var entry)
                && entry.Bytes >= SmallFunction
                && TryFind(entry.Address + (entry.Bytes / 2), out var row)
                && row.CfaRegister >= 0 && row.Rules[DwarfRegister.Pc].Kind == RuleKind.AtCfa) // no stubs, no entry
            {
                asked++;
                framed += row.CfaRegister == DwarfRegister.Bp ? 1 : 0;
            }
        }

        return _entries.Length == 0 || (asked > 0 && framed >= asked * MostOf);
    }
}
