using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>Where a Go program has its code and the lists of its functions.</summary>
/// <param name="Text">Virtual address of the code.</param>
/// <param name="Lists">Virtual address of the lists; null when it was not found.</param>
internal readonly record struct GoPlaces(ulong Text, ulong? Lists);

/// <summary>Finds what Go's table of functions refers to, from the runtime's description of the program.</summary>
/// <remarks>
/// runtime.moduledata begins with the address of the table of functions; pointer 22 is the start of the code; the lists
/// ("go:func.*") are pointer 38 in Go 1.18, 40 in 1.20 to 1.25. Since 1.26 the description is the section .go.module,
/// the lists are within the table's section, and the pointer behind theirs is the end of that section. A program of
/// any address has the addresses in its file too, if Go's own linker made it. Source: go/src/runtime/symtab.go.
/// </remarks>
internal static class GoModule
{
    private const int MaxBytes = 64 << 20; // of the data that the description is in
    private const int TextPointer = 22;
    private const int ListsPointer118 = 38;
    private const int ListsPointer120 = 40;
    private const int DescriptionPointers = 64; // that are looked at

    /// <summary>Finds them; of a program without description, the code only.</summary>
    public static GoPlaces Find(ElfFile file, GoTable table)
    {
        var text = table.Text != 0 ? table.Text : file.FindSection(".text")?.Address ?? 0;
        if (GoTable.SectionOf(file) is not { } section || FindDescription(file, section) is not { } pointers)
        {
            return new GoPlaces(text, null);
        }

        text = pointers[TextPointer] != 0 ? pointers[TextPointer] : text;
        return new GoPlaces(text, FindLists(pointers, section) ?? pointers[
            table.IsOf120 ? ListsPointer120 : ListsPointer118]);
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
