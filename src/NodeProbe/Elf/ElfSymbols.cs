using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace PixieOrleans.NodeProbe.Elf;

/// <summary>Symbols of an ELF file, read in pieces: a table of any size costs a fixed amount of memory.</summary>
internal static class ElfSymbols
{
    private const uint FullType = 2; // SHT_SYMTAB
    private const uint DynamicType = 11; // SHT_DYNSYM
    private const uint StringsType = 3; // SHT_STRTAB
    private const int EntryBytes = 24;
    private const int WindowBytes = 6144 * EntryBytes; // of symbols or strings, 144 KiB
    private const int MaxCandidates = 4096; // places of wanted names in the strings; more is no real file

    /// <summary>Symbols of a table in the file's order; none when the file has no such table.</summary>
    public static IEnumerable<ElfSymbol> Read(ElfFile file, ElfSymbolTable table)
    {
        if (FindTable(file, table) is not { } section)
        {
            yield break;
        }

        var window = ArrayPool<byte>.Shared.Rent(WindowBytes);
        try
        {
            for (var done = 0UL; done < section.Bytes; done += WindowBytes)
            {
                var wanted = (int)Math.Min(WindowBytes, section.Bytes - done);
                var filled = file.Bytes.Read(section.Offset + done, window.AsSpan(0, wanted));
                for (var at = 0; at + EntryBytes <= filled; at += EntryBytes)
                {
                    yield return Parse(window.AsSpan(at, EntryBytes));
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    /// <summary>The strings that hold a table's names; null when there are none or they exceed the bound.</summary>
    public static byte[]? ReadNames(ElfFile file, ElfSymbolTable table, int maxBytes) =>
        FindStrings(file, table) is { } strings ? file.ReadSection(strings, maxBytes) : null;

    /// <summary>The name at an offset of <see cref="ReadNames"/>; empty when the offset is not within it.</summary>
    public static ReadOnlySpan<byte> NameAt(ReadOnlySpan<byte> names, uint offset)
    {
        if (offset >= (uint)names.Length)
        {
            return [];
        }

        names = names[(int)offset..];
        var end = names.IndexOf((byte)0);
        return end < 0 ? names : names[..end];
    }

    /// <summary>
    /// Finds functions by name, in .dynsym first, then .symtab; absent names are absent. Of several functions of one
    /// name the first counts.
    /// </summary>
    public static Dictionary<string, ElfSymbol> FindFunctions(ElfFile file, IEnumerable<string> names)
    {
        var found = new Dictionary<string, ElfSymbol>();
        var wanted = names.Distinct().Select(name => (Name: name, Bytes: Encoding.UTF8.GetBytes(name))).ToList();
        foreach (var table in new[] { ElfSymbolTable.Dynamic, ElfSymbolTable.Full })
        {
            wanted.RemoveAll(name => found.ContainsKey(name.Name));
            if (wanted.Count == 0 || FindStrings(file, table) is not { } strings)
            {
                continue;
            }

            var places = FindPlaces(file, strings, wanted);
            if (places.Count == 0)
            {
                continue;
            }

            foreach (var symbol in Read(file, table))
            {
                if (symbol.IsFunction && places.TryGetValue(symbol.NameOffset, out var name))
                {
                    found.TryAdd(name, symbol);
                }
            }
        }

        return found;
    }

    /// <summary>
    /// Offsets in the strings where a wanted name ends with its string: also inside a longer one, as linkers let
    /// names share their tails.
    /// </summary>
    private static Dictionary<uint, string> FindPlaces(
        ElfFile file, in ElfSection strings, List<(string Name, byte[] Bytes)> wanted)
    {
        var places = new Dictionary<uint, string>();
        var keep = wanted.Max(name => name.Bytes.Length); // bytes before a zero byte that a match may need
        var window = ArrayPool<byte>.Shared.Rent(WindowBytes + keep);
        var kept = 0;
        for (var done = 0UL; done < strings.Bytes;)
        {
            var room = (int)Math.Min(WindowBytes, strings.Bytes - done);
            var filled = file.Bytes.Read(strings.Offset + done, window.AsSpan(kept, room));
            if (filled == 0)
            {
                break;
            }

            var text = window.AsSpan(0, kept + filled);
            AddPlaces(text, kept, done - (ulong)kept, wanted, places);
            done += (ulong)filled;
            kept = Math.Min(keep, text.Length);
            text[^kept..].CopyTo(window);
        }

        ArrayPool<byte>.Shared.Return(window);
        return places;
    }

    private static void AddPlaces(
        ReadOnlySpan<byte> text,
        int from,
        ulong textOffset,
        List<(string Name, byte[] Bytes)> wanted,
        Dictionary<uint, string> places)
    {
        for (var end = Next(text, from); end >= 0; end = Next(text, end + 1))
        {
            foreach (var (name, bytes) in wanted)
            {
                var offset = textOffset + (ulong)end - (ulong)bytes.Length;
                if (end >= bytes.Length && text[end - 1] == bytes[^1] && text[..end].EndsWith(bytes)
                    && offset <= uint.MaxValue && places.Count < MaxCandidates)
                {
                    places.TryAdd((uint)offset, name);
                }
            }
        }
    }

    private static int Next(ReadOnlySpan<byte> text, int from)
    {
        var next = text[from..].IndexOf((byte)0);
        return next < 0 ? -1 : from + next;
    }

    private static ElfSection? FindTable(ElfFile file, ElfSymbolTable table)
    {
        var type = table == ElfSymbolTable.Dynamic ? DynamicType : FullType;
        foreach (var section in file.Sections)
        {
            if (section.Type == type && file.Bytes.Holds(section.Offset, section.Bytes))
            {
                return section;
            }
        }

        return null;
    }

    /// <summary>The section of a table's names; null when the file has no such table.</summary>
    internal static ElfSection? FindStrings(ElfFile file, ElfSymbolTable table)
    {
        if (FindTable(file, table) is not { } symbols || symbols.Link >= (uint)file.Sections.Count)
        {
            return null;
        }

        var strings = file.Sections[(int)symbols.Link];
        return strings.Type == StringsType && file.Bytes.Holds(strings.Offset, strings.Bytes) ? strings : null;
    }

    private static ElfSymbol Parse(ReadOnlySpan<byte> entry) => new(
        Address: BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]),
        Bytes: BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]),
        NameOffset: BinaryPrimitives.ReadUInt32LittleEndian(entry),
        Info: entry[4],
        Section: BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]));
}
