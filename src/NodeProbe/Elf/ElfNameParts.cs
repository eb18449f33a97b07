using System.Buffers;
using System.Text;

namespace PixieOrleans.NodeProbe.Elf;

/// <summary>
/// Finds functions by a part of their name: compilers add hashes and paths to it. The names of .symtab are read in
/// pieces, a name longer than the overlap of pieces may be missed.
/// </summary>
internal static class ElfNameParts
{
    private const int WindowBytes = 144 << 10;
    private const int Overlap = 2 << 10; // the longest name that is found for sure
    private const int MaxFound = 256;

    /// <summary>Functions whose name has a part, with that part; in the file's order, each address once.</summary>
    public static List<(string Part, ElfSymbol Symbol)> Find(ElfFile file, IReadOnlyList<string> parts)
    {
        var found = new List<(string, ElfSymbol)>();
        if (ElfSymbols.FindStrings(file, ElfSymbolTable.Full) is not { } strings)
        {
            return found;
        }

        var names = FindNames(file, strings, parts);
        if (names.Count == 0)
        {
            return found;
        }

        var addresses = new HashSet<ulong>();
        foreach (var symbol in ElfSymbols.Read(file, ElfSymbolTable.Full))
        {
            if (symbol.IsFunction && names.TryGetValue(symbol.NameOffset, out var part)
                && addresses.Add(symbol.Address))
            {
                found.Add((part, symbol));
            }
        }

        return found;
    }

    /// <summary>Offsets of names in the strings, with the part that each has.</summary>
    private static Dictionary<uint, string> FindNames(ElfFile file, in ElfSection strings, IReadOnlyList<string> parts)
    {
        var wanted = parts.Select(part => (Part: part, Bytes: Encoding.ASCII.GetBytes(part))).ToList();
        var names = new Dictionary<uint, string>();
        var window = ArrayPool<byte>.Shared.Rent(WindowBytes);
        for (var done = 0UL; done < strings.Bytes; done += WindowBytes - Overlap)
        {
            var room = (int)Math.Min(WindowBytes, strings.Bytes - done);
            var text = window.AsSpan(0, file.Bytes.Read(strings.Offset + done, window.AsSpan(0, room)));
            foreach (var (part, bytes) in wanted)
            {
                AddNames(text, done, part, bytes, names);
            }
        }

        ArrayPool<byte>.Shared.Return(window);
        return names;
    }

    private static void AddNames(
        ReadOnlySpan<byte> text, ulong textOffset, string part, byte[] bytes, Dictionary<uint, string> names)
    {
        for (var from = 0; text[from..].IndexOf(bytes) is >= 0 and var next && names.Count < MaxFound; from += next + 1)
        {
            var start = text[..(from + next)].LastIndexOf((byte)0) + 1;
            if (textOffset + (ulong)start <= uint.MaxValue)
            {
                names.TryAdd((uint)(textOffset + (ulong)start), part);
            }
        }
    }
}
