using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace PixieOrleans.NodeProbe.Elf;

/// <summary>
/// An ELF file of 64-bit little-endian x86-64: segments, sections, symbols, build id. Files come from anywhere: every
/// size is checked against the file before it is used, and what cannot be read is absent.
/// </summary>
/// <remarks>
/// Layout: System V ABI, chapters "Object Files" and "Program Loading". A file whose section headers are missing
/// (stripped of them, or cut) has segments only.
/// </remarks>
internal sealed class ElfFile : IDisposable
{
    internal const int HeaderBytes = 64;
    internal const int SectionHeaderBytes = 64;
    internal const int SegmentHeaderBytes = 56;
    private const uint InterpreterSegment = 3; // PT_INTERP
    private const ushort MachineX64 = 62;
    private const int MaxSections = 1 << 16; // programs with a section per function have some ten thousand
    private const int MaxSegments = 1 << 10;

    private ElfFile(
        ElfBytes bytes, ElfKind kind, IReadOnlyList<ElfSegment> segments, IReadOnlyList<ElfSection> sections)
    {
        (Bytes, Kind, Segments, Sections) = (bytes, kind, segments, sections);
        BuildId = ElfNotes.FindBuildId(this);
    }

    /// <summary>The bytes; closed with this object.</summary>
    public ElfBytes Bytes { get; }

    /// <summary>Program or library.</summary>
    public ElfKind Kind { get; }

    /// <summary>True for a program: at fixed addresses, or with a segment that names its dynamic linker.</summary>
    public bool IsProgram => Kind == ElfKind.Executable || Segments.Any(s => s.Type == InterpreterSegment);

    /// <summary>Segments in the file's order.</summary>
    public IReadOnlyList<ElfSegment> Segments { get; }

    /// <summary>Sections in the file's order, so that numbers are indexes; empty when the file has none.</summary>
    public IReadOnlyList<ElfSection> Sections { get; }

    /// <summary>Build id in hex digits; empty when the linker gave none.</summary>
    public string BuildId { get; }

    /// <summary>Opens a file; false with the reason when it cannot be opened or is no such ELF file.</summary>
    public static bool TryOpen(string path, [NotNullWhen(true)] out ElfFile? file, out string error)
    {
        file = null;
        try
        {
            var bytes = ElfBytes.OfFile(path);
            if (TryParse(bytes, out file, out error))
            {
                return true;
            }

            bytes.Dispose();
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            error = e.Message;
            return false;
        }
    }

    /// <summary>Reads the headers; takes over <paramref name="bytes"/> when it returns true.</summary>
    public static bool TryParse(ElfBytes bytes, [NotNullWhen(true)] out ElfFile? file, out string error)
    {
        file = null;
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (!bytes.TryRead(0, header) || !header.StartsWith("\x7f\x45LF\x02\x01"u8))
        {
            error = "not a 64-bit little-endian ELF file";
            return false;
        }

        var kind = (ElfKind)BinaryPrimitives.ReadUInt16LittleEndian(header[16..]);
        var machine = BinaryPrimitives.ReadUInt16LittleEndian(header[18..]);
        if (machine != MachineX64 || kind is not (ElfKind.Executable or ElfKind.Shared))
        {
            error = $"ELF file of machine {machine}, kind {(ushort)kind}: not a program or library of x86-64";
            return false;
        }

        if (ReadSegments(bytes, header) is not { } segments)
        {
            error = "program headers beyond the end of the file";
            return false;
        }

        error = string.Empty;
        file = new ElfFile(bytes, kind, segments, ElfSectionReader.Read(bytes, header, MaxSections));
        return true;
    }

    /// <summary>The first section of a name; null when there is none.</summary>
    public ElfSection? FindSection(string name)
    {
        foreach (var section in Sections)
        {
            if (section.Name == name)
            {
                return section;
            }
        }

        return null;
    }

    /// <summary>Bytes of a section, all of them; null when the file lacks them or they are more than allowed.</summary>
    public byte[]? ReadSection(in ElfSection section, int maxBytes)
    {
        if (!section.HasBytes || section.Bytes > (ulong)maxBytes || !Bytes.Holds(section.Offset, section.Bytes))
        {
            return null;
        }

        var content = new byte[section.Bytes];
        return Bytes.TryRead(section.Offset, content) ? content : null;
    }

    /// <summary>Where in the file the byte at a virtual address is; null when it is not loaded from the file.</summary>
    public ulong? OffsetOf(ulong address)
    {
        foreach (var segment in Segments)
        {
            if (segment.IsLoaded && address >= segment.Address && address - segment.Address < segment.FileBytes)
            {
                return segment.Offset + (address - segment.Address);
            }
        }

        return null;
    }

    /// <summary>Virtual address of a byte of the file; null when it is not loaded.</summary>
    public ulong? AddressOf(ulong offset)
    {
        foreach (var segment in Segments)
        {
            if (segment.IsLoaded && offset >= segment.Offset && offset - segment.Offset < segment.FileBytes)
            {
                return segment.Address + (offset - segment.Offset);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => Bytes.Dispose();

    private static List<ElfSegment>? ReadSegments(ElfBytes bytes, ReadOnlySpan<byte> header)
    {
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
        var entryBytes = BinaryPrimitives.ReadUInt16LittleEndian(header[54..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        if (count > MaxSegments || (count > 0 && entryBytes != SegmentHeaderBytes)
            || !bytes.Holds(offset, (ulong)count * SegmentHeaderBytes))
        {
            return null;
        }

        var segments = new List<ElfSegment>(count);
        Span<byte> entry = stackalloc byte[SegmentHeaderBytes];
        for (var i = 0; i < count && bytes.TryRead(offset + ((ulong)i * SegmentHeaderBytes), entry); i++)
        {
            segments.Add(new ElfSegment(
                Type: BinaryPrimitives.ReadUInt32LittleEndian(entry),
                Flags: BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]),
                Offset: BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]),
                Address: BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]),
                FileBytes: BinaryPrimitives.ReadUInt64LittleEndian(entry[32..]),
                MemoryBytes: BinaryPrimitives.ReadUInt64LittleEndian(entry[40..])));
        }

        return segments;
    }
}
