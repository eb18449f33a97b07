using System.Buffers.Binary;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>Functions of a Go program from the table that its runtime needs itself, so that strip leaves it.</summary>
/// <remarks>
/// .gopclntab since Go 1.18, little endian: uint32 magic 0xFFFFFFF0 or (1.20) 0xFFFFFFF1, 2 zero bytes, uint8 unit of
/// code, uint8 bytes of a pointer; then pointers: functions, files, start of code, and offsets from the table's start
/// of names, units, files, lines, functions. Functions: per function uint32 address and uint32 offset from here, both
/// relative, last the end of the code. At that offset: uint32 address, int32 offset of the name, which ends with 0.
/// Source: go/src/internal/abi/symtab.go, runtime/symtab.go.
/// </remarks>
internal static class GoFunctions
{
    private const int MaxBytes = 256 << 20;
    private const int MaxNameBytes = 4096;
    private const int PointerBytes = 8;
    private const int HeadBytes = 8 + (8 * PointerBytes);
    private const int EntryBytes = 8;
    private const uint Magic118 = 0xFFFFFFF0;
    private const uint Magic120 = 0xFFFFFFF1;

    /// <summary>Adds the functions; none when the file is not of Go or of another format.</summary>
    public static void Add(FunctionTable.Builder table, ElfFile file)
    {
        if ((file.FindSection(".gopclntab") ?? file.FindSection(".data.rel.ro.gopclntab")) is { } section
            && file.ReadSection(section, MaxBytes) is { } bytes)
        {
            Add(table, bytes, file.FindSection(".text")?.Address ?? 0);
        }
    }

    /// <summary>Adds the functions of a table; what is broken is left out.</summary>
    /// <param name="table">Takes them.</param>
    /// <param name="bytes">The section.</param>
    /// <param name="text">Start of the code where the table has none: a program that runs at any address.</param>
    internal static void Add(FunctionTable.Builder table, ReadOnlySpan<byte> bytes, ulong text)
    {
        if (bytes.Length < HeadBytes || bytes[7] != PointerBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) is not (Magic118 or Magic120))
        {
            return;
        }

        var (count, start) = (Pointer(bytes, 0), Pointer(bytes, 2));
        var names = Tail(bytes, Pointer(bytes, 3));
        var functions = Tail(bytes, Pointer(bytes, 7));
        start = start == 0 ? text : start;
        for (var i = 0; (ulong)i < count && ((i + 1) * EntryBytes) + sizeof(uint) <= functions.Length; i++)
        {
            var entry = functions[(i * EntryBytes)..];
            var (from, to) = (Number(entry), Number(entry[EntryBytes..]));
            var name = NameAt(names, functions, Number(entry[sizeof(uint)..]));
            if (to > from && !name.IsEmpty)
            {
                table.Add(start + from, to - from, rank: 0, name);
            }
        }
    }

    private static ReadOnlySpan<byte> NameAt(
        ReadOnlySpan<byte> names, ReadOnlySpan<byte> functions, uint functionOffset)
    {
        var function = Tail(functions, functionOffset);
        if (function.Length < EntryBytes)
        {
            return [];
        }

        var name = Tail(names, Number(function[sizeof(uint)..]));
        var end = name[..Math.Min(name.Length, MaxNameBytes)].IndexOf((byte)0);
        return end < 0 ? [] : name[..end];
    }

    private static ReadOnlySpan<byte> Tail(ReadOnlySpan<byte> bytes, ulong offset) =>
        offset < (ulong)bytes.Length ? bytes[(int)offset..] : [];

    private static ulong Pointer(ReadOnlySpan<byte> bytes, int index) =>
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 + (index * PointerBytes))..]);

    private static uint Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
