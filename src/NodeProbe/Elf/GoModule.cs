using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Elf;

/// <summary>Where a Go program has its code and the lists of its functions.</summary>
/// <param name="Text">Virtual address that addresses of the table are from: of the code, or 0.</param>
/// <param name="Lists">
/// Virtual address that places of the lists are from; null when it was not found, and when their meaning is unknown.
/// </param>
internal readonly record struct GoPlaces(ulong Text, ulong? Lists);

/// <summary>Finds what Go's table of functions refers to, from the runtime's description of the program.</summary>
/// <remarks>
/// runtime.moduledata begins with the address of the table of functions; pointer 22 is the start of the code; the lists
/// ("go:func.*") are pointer 38 in Go 1.18, 40 in 1.20 to 1.25. Since 1.26 the description is the section .go.module,
/// the lists are within the table's section, and the pointer behind theirs is the end of that section. Before 1.18 the
/// table has addresses itself. A program of any address has the addresses in its file too, if Go's own linker made it.
/// Source: go/src/runtime/symtab.go.
/// </remarks>
internal static class GoModule
{
    private const int MaxBytes = 64 << 20; // of the data that the description is in
    private const int TextPointer = 22;
    private const int ListsPointer118 = 38;
    private const int ListsPointer120 = 40;
    private const int DescriptionPointers = 64; // that are looked at
    private const string OldestWithLists = "go1.15"; // of those before 1.16; others number their lists otherwise

    /// <summary>
    /// Finds them; of a program without description, the code only. Null when it is unknown where the code is.
    /// </summary>
    public static GoPlaces? Find(ElfFile file, GoFunctionTable table)
    {
        if (!table.IsRelative)
        {
            var isKnown = !table.Format.IsBefore116
                || GoBuildInfo.FindVersion(file).StartsWith(OldestWithLists, StringComparison.Ordinal);
            return new GoPlaces(0, isKnown ? 0 : null);
        }

        if (table.Section is not { } section)
        {
            return null;
        }

        var text = table.Text != 0 ? table.Text : file.FindSection(".text")?.Address ?? 0;
        if (FindDescription(file, section) is not { } pointers)
        {
            return new GoPlaces(text, null);
        }

        text = pointers[TextPointer] != 0 ? pointers[TextPointer] : text;
        return new GoPlaces(text, FindLists(pointers, section) ?? pointers[
            table.Format.IsOf120 ? ListsPointer120 : ListsPointer118]);
    }

    private static ulong? FindLists(ReadOnlySpan<ulong> pointers, in ElfSection section)
    {
        var end = section.Address + section.Bytes;
        for (var i = TextPointer; i < pointers.Length - 1; i++)
        {
            if (pointers[i] > section.Address && pointers[i] <= end && pointers[i + 1] == end)
            {
                return pointers[i];
            }
        }

        return null;
    }

    private static ulong[]? FindDescription(ElfFile file, in ElfSection section)
    {
        var found = file.FindSection(".go.module") ?? file.FindSection(".noptrdata") ?? file.FindSection(".data");
        if (found is not { } data || file.ReadSection(data, MaxBytes) is not { } bytes || !BitConverter.IsLittleEndian)
        {
            return null;
        }

        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        var start = words.IndexOf(section.Address);
        return start < 0 || words.Length - start < DescriptionPointers
            ? null
            : words.Slice(start, DescriptionPointers).ToArray();
    }
}
