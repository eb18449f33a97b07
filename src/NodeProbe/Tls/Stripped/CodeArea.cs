using System.Buffers;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls.Stripped;

/// <summary>Functions around places in the code of a file.</summary>
internal static class CodeArea
{
    private const ulong BytesBefore = 8 << 10; // of a place, in which its function begins
    private const ulong BytesAfter = 1 << 10;
    private const int MaxEntries = 4096;
    private const ulong Alignment = 16; // of functions, unless made small
    private const int JumpBytes = 5;

    // Last bytes before a function: return, nop, trap, a nop's last byte.
    private static readonly SearchValues<byte> Ends = SearchValues.Create([0xC3, 0x90, 0xCC, 0x00]);

    /// <summary>
    /// Functions that begin in the code before some places and are called somewhere in the file. What looks like a call
    /// may be part of another instruction: an address that is not aligned as functions are counts when it is called
    /// twice, or when the code before it may end a function.
    /// </summary>
    public static List<FunctionCode> Read(ElfFile file, IReadOnlyCollection<ulong> places)
    {
        if (places.Count == 0)
        {
            return [];
        }

        var area = new AddressRanges(places, BytesBefore, BytesAfter);
        var entries = CodeScan.FindCalls(file, area)
            .Distinct()
            .GroupBy(c => c.Target)
            .Where(calls => calls.Key % Alignment == 0 || calls.Count() > 1 || IsBehindAnEnd(file, calls.Key))
            .Select(calls => calls.Key)
            .Order()
            .Take(MaxEntries)
            .ToList();
        var reader = new FunctionReader(new CodeBytes(file), area, entries.ToHashSet());
        return [.. entries.Select(reader.Read).OfType<FunctionCode>()];
    }

    private static bool IsBehindAnEnd(ElfFile file, ulong address)
    {
        Span<byte> before = stackalloc byte[JumpBytes];
        return file.OffsetOf(address) is { } offset and >= JumpBytes
            && file.Bytes.TryRead(offset - JumpBytes, before)
            && (Ends.Contains(before[^1]) || before is [0xE9 or 0xE8, ..] or [.., 0xEB, _]);
    }
}
