using System.Buffers.Binary;
using System.Text;

namespace PixieOrleans.NodeProbe.Elf;

/// <summary>Reads the table of section headers.</summary>
internal static class ElfSectionReader
{
    private const int MaxNamesBytes = 16 << 20;
    private const int MaxNameBytes = 255;
    private const int NumberIsElsewhere = 0xFFFF; // SHN_XINDEX: e_shstrndx does not fit, section 0 has it

    /// <summary>All sections; none when the table is missing, cut, or larger than allowed.</summary>
    public static IReadOnlyList<ElfSection> Read(ElfBytes bytes, ReadOnlySpan<byte> header, int maxSections)
    {
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(header[40..]);
        var entryBytes = BinaryPrimitives.ReadUInt16LittleEndian(header[58..]);
        ulong count = BinaryPrimitives.ReadUInt16LittleEndian(header[60..]);
        uint namesNumber = BinaryPrimitives.ReadUInt16LittleEndian(header[62..]);
        Span<byte> first = stackalloc byte[ElfFile.SectionHeaderBytes];
        if (offset == 0 || entryBytes != ElfFile.SectionHeaderBytes || !bytes.TryRead(offset, first))
        {
            return [];
        }

        if (count == 0)
        {
            count = BinaryPrimitives.ReadUInt64LittleEndian(first[32..]); // more than fit into 16 bits
        }

        if (namesNumber == NumberIsElsewhere)
        {
            namesNumber = BinaryPrimitives.ReadUInt32LittleEndian(first[40..]);
        }

        if (count > (ulong)maxSections || !bytes.Holds(offset, count * ElfFile.SectionHeaderBytes))
        {
            return [];
        }

        var table = new byte[count * ElfFile.SectionHeaderBytes];
        return bytes.TryRead(offset, table) ? Name(table, ReadNames(bytes, table, namesNumber)) : [];
    }

    private static ElfSection[] Name(byte[] table, byte[] names)
    {
        var sections = new ElfSection[table.Length / ElfFile.SectionHeaderBytes];
        for (var i = 0; i < sections.Length; i++)
        {
            var entry = table.AsSpan(i * ElfFile.SectionHeaderBytes, ElfFile.SectionHeaderBytes);
            var name = Text(names, BinaryPrimitives.ReadUInt32LittleEndian(entry));
            sections[i] = Parse(entry) with { Name = name };
        }

        return sections;
    }

    private static byte[] ReadNames(ElfBytes bytes, byte[] table, uint number)
    {
        if (number >= (uint)(table.Length / ElfFile.SectionHeaderBytes))
        {
            return [];
        }

        var section = Parse(table.AsSpan((int)number * ElfFile.SectionHeaderBytes, ElfFile.SectionHeaderBytes));
        if (section.Bytes > MaxNamesBytes || !bytes.Holds(section.Offset, section.Bytes))
        {
            return [];
        }

        var names = new byte[section.Bytes];
        return bytes.TryRead(section.Offset, names) ? names : [];
    }

    private static ElfSection Parse(ReadOnlySpan<byte> entry) => new(
        Name: string.Empty,
        Type: BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]),
        Flags: BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]),
        Address: BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]),
        Offset: BinaryPrimitives.ReadUInt64LittleEndian(entry[24..]),
        Bytes: BinaryPrimitives.ReadUInt64LittleEndian(entry[32..]),
        Link: BinaryPrimitives.ReadUInt32LittleEndian(entry[40..]));

    private static string Text(byte[] names, uint offset)
    {
        if (offset >= (uint)names.Length)
        {
            return string.Empty;
        }

        var rest = names.AsSpan((int)offset);
        rest = rest[..Math.Min(rest.Length, MaxNameBytes)];
        var end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }
}
