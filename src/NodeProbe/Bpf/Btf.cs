using System.Buffers.Binary;
using System.Text;

namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>A member of a struct in BTF.</summary>
internal readonly record struct BtfMember(string Name, int OffsetBytes);

/// <summary>A struct or an enum in BTF; the members of an enum carry their value as offset.</summary>
internal sealed record BtfType(string Name, bool IsEnum, int SizeBytes, IReadOnlyList<BtfMember> Members);

/// <summary>The named structs and enums of an object's BTF.</summary>
/// <remarks>
/// Source: kernel, Documentation/bpf/btf.rst. Section .BTF of a 64-bit little-endian ELF file: header (magic
/// 0xeb9f, version, flags, header length, then offset and length of types and of strings), type records of
/// name, info, size or type, followed by what the kind asks for.
/// </remarks>
internal static class Btf
{
    private const ushort Magic = 0xeb9f;
    private const int TypeHeaderBytes = 12;
    private const int KindInt = 1;
    private const int KindArray = 3;
    private const int KindStruct = 4;
    private const int KindUnion = 5;
    private const int KindEnum = 6;
    private const int KindFunctionPrototype = 13;
    private const int KindVariable = 14;
    private const int KindDataSection = 15;
    private const int KindDeclarationTag = 17;
    private const int KindEnum64 = 19;

    /// <summary>Reads the BTF of an ELF object; throws <see cref="InvalidDataException"/> when it has none.</summary>
    internal static IReadOnlyDictionary<string, BtfType> ReadObject(ReadOnlySpan<byte> elf) =>
        Read(FindSection(elf, ".BTF"));

    private static ReadOnlySpan<byte> FindSection(ReadOnlySpan<byte> elf, string name)
    {
        if (elf.Length < 64 || !elf.StartsWith("\u007fELF"u8) || elf[4] != 2 || elf[5] != 1)
        {
            throw new InvalidDataException("not a 64-bit little-endian ELF file");
        }

        var headers = (int)BinaryPrimitives.ReadInt64LittleEndian(elf[40..]);
        var headerBytes = BinaryPrimitives.ReadUInt16LittleEndian(elf[58..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(elf[60..]);
        var namesIndex = BinaryPrimitives.ReadUInt16LittleEndian(elf[62..]);
        var names = Section(elf, headers + (namesIndex * headerBytes));
        for (var i = 0; i < count; i++)
        {
            var header = headers + (i * headerBytes);
            var nameOffset = BinaryPrimitives.ReadInt32LittleEndian(elf[header..]);
            if (Text(names, nameOffset) == name)
            {
                return Section(elf, header);
            }
        }

        throw new InvalidDataException($"no section {name}");
    }

    private static ReadOnlySpan<byte> Section(ReadOnlySpan<byte> elf, int header)
    {
        var offset = BinaryPrimitives.ReadInt64LittleEndian(elf[(header + 24)..]);
        var bytes = BinaryPrimitives.ReadInt64LittleEndian(elf[(header + 32)..]);
        return elf.Slice((int)offset, (int)bytes);
    }

    private static Dictionary<string, BtfType> Read(ReadOnlySpan<byte> btf)
    {
        if (BinaryPrimitives.ReadUInt16LittleEndian(btf) != Magic)
        {
            throw new InvalidDataException("section .BTF without its magic number");
        }

        var body = btf[BinaryPrimitives.ReadInt32LittleEndian(btf[4..])..];
        var types = body.Slice(Word(btf, 8), Word(btf, 12));
        var strings = body.Slice(Word(btf, 16), Word(btf, 20));
        var found = new Dictionary<string, BtfType>();
        while (types.Length >= TypeHeaderBytes)
        {
            var info = BinaryPrimitives.ReadUInt32LittleEndian(types[4..]);
            var (kind, count) = ((int)(info >> 24) & 31, (int)(info & 0xffff));
            var name = Text(strings, Word(types, 0));
            var rest = types[TypeHeaderBytes..];
            var extra = ExtraBytes(kind, count);
            if (kind is KindStruct or KindEnum && name.Length > 0)
            {
                var isBitfield = kind == KindStruct && info >> 31 != 0;
                var members = Members(rest, strings, kind, count, isBitfield);
                found[name] = new BtfType(name, kind == KindEnum, Word(types, 8), members);
            }

            types = rest[extra..];
        }

        return found;
    }

    private static List<BtfMember> Members(
        ReadOnlySpan<byte> members, ReadOnlySpan<byte> strings, int kind, int count, bool isBitfield)
    {
        var list = new List<BtfMember>(count);
        for (var i = 0; i < count; i++)
        {
            if (kind == KindEnum)
            {
                list.Add(new BtfMember(Text(strings, Word(members, i * 8)), Word(members, (i * 8) + 4)));
                continue;
            }

            var bits = Word(members, (i * 12) + 8) & (isBitfield ? 0xffffff : -1);
            list.Add(new BtfMember(Text(strings, Word(members, i * 12)), bits / 8));
        }

        return list;
    }

    /// <summary>Bytes behind the header of a type record.</summary>
    private static int ExtraBytes(int kind, int count) => kind switch
    {
        KindInt or KindVariable or KindDeclarationTag => 4,
        KindArray => 12,
        KindStruct or KindUnion or KindDataSection or KindEnum64 => 12 * count,
        KindEnum or KindFunctionPrototype => 8 * count,
        _ => 0,
    };

    private static int Word(ReadOnlySpan<byte> data, int offset) =>
        BinaryPrimitives.ReadInt32LittleEndian(data[offset..]);

    private static string Text(ReadOnlySpan<byte> strings, int offset)
    {
        var rest = strings[offset..];
        return Encoding.UTF8.GetString(rest[..rest.IndexOf((byte)0)]);
    }
}
