using System.Buffers.Binary;
using System.Text;

namespace PixieOrleans.NodeProbe.Elf;

/// <summary>What a Go program says of its build.</summary>
/// <remarks>
/// .go.buildinfo, little endian: 14 bytes of magic, uint8 bytes of a pointer, uint8 flags. Flag 2 (Go 1.18): the
/// version follows at 32, its length as a varint before it. Without: at 16 a pointer to a string (pointer, length).
/// Source: go/src/debug/buildinfo/buildinfo.go.
/// </remarks>
internal static class GoBuildInfo
{
    private const string Section = ".go.buildinfo";
    private const int HeadBytes = 32;
    private const int FlagsAt = 15;
    private const int InlineFlag = 2;
    private const int MaxVersionBytes = 127; // so that its length is one byte
    private static ReadOnlySpan<byte> Magic => " Go buildinf:"u8; // behind 0xFF

    /// <summary>True for a program or library that Go linked.</summary>
    public static bool IsIn(ElfFile file) => file.FindSection(Section) is not null;

    /// <summary>
    /// Version of the toolchain with its experiments, "go1.24.4" or "go1.24.4 X:boringcrypto"; empty when it cannot be
    /// told.
    /// </summary>
    public static string FindVersion(ElfFile file)
    {
        Span<byte> head = stackalloc byte[HeadBytes + 1 + MaxVersionBytes];
        if (file.FindSection(Section) is not { HasBytes: true } section)
        {
            return string.Empty;
        }

        head = head[..file.Bytes.Read(section.Offset, head)];
        if (head.Length <= HeadBytes || head[0] != 0xFF || !head[1..].StartsWith(Magic))
        {
            return string.Empty;
        }

        return (head[FlagsAt] & InlineFlag) != 0
            ? TextOf(head[(HeadBytes + 1)..], head[HeadBytes])
            : ReadString(file, BinaryPrimitives.ReadUInt64LittleEndian(head[16..]));
    }

    private static string ReadString(ElfFile file, ulong address)
    {
        Span<byte> text = stackalloc byte[MaxVersionBytes];
        var pointer = text[..16];
        if (file.OffsetOf(address) is not { } place || !file.Bytes.TryRead(place, pointer))
        {
            return string.Empty; // a program for any address: the pointers are made when it is loaded
        }

        var bytes = BinaryPrimitives.ReadUInt64LittleEndian(pointer[8..]);
        if (file.OffsetOf(BinaryPrimitives.ReadUInt64LittleEndian(pointer)) is not { } start)
        {
            return string.Empty;
        }

        return TextOf(text[..file.Bytes.Read(start, text)], bytes);
    }

    private static string TextOf(ReadOnlySpan<byte> text, ulong bytes) =>
        bytes <= MaxVersionBytes && bytes <= (ulong)text.Length
            ? Encoding.UTF8.GetString(text[..(int)bytes])
            : string.Empty;
}
