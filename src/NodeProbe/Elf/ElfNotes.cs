using System.Buffers.Binary;

namespace PixieOrleans.NodeProbe.Elf;

/// <summary>Notes of an ELF file: owner, type and bytes.</summary>
/// <remarks>
/// A note: length of the owner's name, length of the bytes, type, each uint32; the name with its zero byte, then the
/// bytes, each padded to 4. Source: System V ABI, "Note Section".
/// </remarks>
internal static class ElfNotes
{
    private const uint NoteSegment = 4;
    private const uint NoteSection = 7;
    private const uint BuildIdType = 3; // NT_GNU_BUILD_ID of owner "GNU"
    private const int MaxNotesBytes = 64 << 10;
    private const int MaxBuildIdBytes = 64;
    private const int HeadBytes = 12;

    /// <summary>Build id in hex digits; empty when there is none.</summary>
    public static string FindBuildId(ElfFile file)
    {
        foreach (var segment in file.Segments)
        {
            if (segment.Type == NoteSegment && BuildIdIn(file.Bytes, segment.Offset, segment.FileBytes) is { } id)
            {
                return id;
            }
        }

        foreach (var section in file.Sections)
        {
            if (section.Type == NoteSection && BuildIdIn(file.Bytes, section.Offset, section.Bytes) is { } id)
            {
                return id;
            }
        }

        return string.Empty;
    }

    private static string? BuildIdIn(ElfBytes bytes, ulong offset, ulong length)
    {
        if (length > MaxNotesBytes || !bytes.Holds(offset, length))
        {
            return null;
        }

        Span<byte> notes = new byte[length];
        if (!bytes.TryRead(offset, notes))
        {
            return null;
        }

        while (notes.Length >= HeadBytes)
        {
            ulong nameBytes = BinaryPrimitives.ReadUInt32LittleEndian(notes);
            ulong contentBytes = BinaryPrimitives.ReadUInt32LittleEndian(notes[4..]);
            var type = BinaryPrimitives.ReadUInt32LittleEndian(notes[8..]);
            notes = notes[HeadBytes..];
            if (Padded(nameBytes) + contentBytes > (ulong)notes.Length)
            {
                return null;
            }

            var content = notes.Slice((int)Padded(nameBytes), (int)contentBytes);
            if (type == BuildIdType && notes[..(int)nameBytes].SequenceEqual("GNU\0"u8)
                && content.Length <= MaxBuildIdBytes)
            {
                return Convert.ToHexStringLower(content);
            }

            var end = Padded(nameBytes) + Padded(contentBytes);
            notes = notes[(int)Math.Min(end, (ulong)notes.Length)..];
        }

        return null;
    }

    private static ulong Padded(ulong bytes) => (bytes + 3) & ~3UL;
}
