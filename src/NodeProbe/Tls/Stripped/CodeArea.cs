using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls.Stripped;

/// <summary>Functions around places in the code of a file.</summary>
internal static class CodeArea
{
    private const ulong BytesBefore = 8 << 10; // of a place, in which its function begins
    private const ulong BytesAfter = 1 << 10;
    private const int MaxEntries = 4096;
    private const ulong Alignment = 16; // of functions, unless made small

    /// <summary>
    /// Functions that begin in the code before some places and are called somewhere in the file. What looks like a call
    /// may be part of another instruction: an address that no function has by its alignment counts when called twice.
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
            .Where(calls => calls.Key % Alignment == 0 || calls.Count() > 1)
            .Select(calls => calls.Key)
            .Order()
            .Take(MaxEntries)
            .ToList();
        var reader = new FunctionReader(new CodeBytes(file), area, entries.ToHashSet());
        return [.. entries.Select(reader.Read).OfType<FunctionCode>()];
    }
}
