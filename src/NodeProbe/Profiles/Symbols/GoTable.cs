using System.Buffers.Binary;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>A function of a Go program.</summary>
/// <param name="Start">First byte, from the start of the code.</param>
/// <param name="End">First byte behind it.</param>
/// <param name="Offset">Of its entry in the table of functions.</param>
internal readonly record struct GoFunction(uint Start, uint End, uint Offset);

/// <summary>
/// The table of functions that a Go program's runtime needs itself, so that strip leaves it. What is broken is absent.
/// </summary>
/// <remarks>
/// .gopclntab since Go 1.18, little endian: uint32 magic 0xFFFFFFF0 or (1.20) 0xFFFFFFF1, 2 zero bytes, uint8 unit of
/// code, uint8 bytes of a pointer; then pointers: functions, files, start of code, and offsets from the table's start
/// of names, units, files, lines, functions. Functions: per function uint32 address and uint32 offset from here, both
/// relative, last the end of the code. At that offset: uint32 address, int32 offset of the name, which ends with 0,
/// 5 more uint32, uint32 number of lists by address, uint32 unit, (1.20) int32 first line, 3 bytes, uint8 number of
/// other lists, then their offsets, uint32: the former in the lines, the latter in the program's memory, -1 for none.
/// A list by address: pairs of change of value (zigzag) and length (in units of code), both in groups of 7 bits, until
/// a change of 0; the value starts at -1. Source: go/src/internal/abi/symtab.go, runtime/symtab.go, runtime2.go.
/// </remarks>
internal sealed class GoTable
{
    private const int MaxBytes = 256 << 20;
    private const int MaxNameBytes = 4096;
    private const int PointerBytes = 8;
    private const int HeadBytes = 8 + (8 * PointerBytes);
    private const int EntryBytes = 8;
    private const int AddressListsOffset = 28;
    private const uint Magic118 = 0xFFFFFFF0;
    private const uint Magic120 = 0xFFFFFFF1;

    private readonly byte[] _bytes;
    private readonly int _names;
    private readonly int _lines;
    private readonly int _functions;

    private GoTable(byte[] bytes)
    {
        _bytes = bytes;
        (_names, _lines, _functions) = (Part(3), Part(6), Part(7));
        Count = (int)Math.Min(Pointer(0), (ulong)Math.Max(0, (bytes.Length - _functions - sizeof(uint)) / EntryBytes));
    }

    /// <summary>How many functions there are.</summary>
    public int Count { get; }

    /// <summary>True for tables of Go 1.20 and later.</summary>
    public bool IsOf120 => Number(0) == Magic120;

    /// <summary>Start of the code; 0 in programs of Go 1.26 and later.</summary>
    public ulong Text => Pointer(2);

    private int FunctionBytes => IsOf120 ? 44 : 40;

    /// <summary>The section of the table; null when the file is not of Go.</summary>
    public static ElfSection? SectionOf(ElfFile file) =>
        file.FindSection(".gopclntab") ?? file.FindSection(".data.rel.ro.gopclntab");

    /// <summary>Reads a file's table; null when the file is not of Go or of another format.</summary>
    public static GoTable? Read(ElfFile file) =>
        SectionOf(file) is { } section && file.ReadSection(section, MaxBytes) is { } bytes ? Parse(bytes) : null;

    /// <summary>The table in some bytes; null when they are of another format.</summary>
    public static GoTable? Parse(byte[] bytes) =>
        bytes.Length >= HeadBytes && bytes[7] == PointerBytes
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes) is Magic118 or Magic120
            ? new GoTable(bytes)
            : null;

    /// <summary>A function by its number.</summary>
    public GoFunction FunctionAt(int index)
    {
        var entry = _functions + (index * EntryBytes);
        return new GoFunction(Number(entry), Number(entry + EntryBytes), Number(entry + sizeof(uint)));
    }

    /// <summary>The name of a function; empty when there is none.</summary>
    public ReadOnlySpan<byte> NameOf(in GoFunction function) => NameAt(Number(_functions + function.Offset + 4L));

    /// <summary>A name by its offset.</summary>
    public ReadOnlySpan<byte> NameAt(uint offset)
    {
        if (offset >= (uint)(_bytes.Length - _names))
        {
            return [];
        }

        var name = _bytes.AsSpan(_names + (int)offset);
        var end = name[..Math.Min(name.Length, MaxNameBytes)].IndexOf((byte)0);
        return end < 0 ? [] : name[..end];
    }

    /// <summary>Offset in the program's memory of a list of a function; null when it has none.</summary>
    public uint? FindList(in GoFunction function, int number)
    {
        var head = _functions + (long)function.Offset;
        var lists = head + FunctionBytes - 1;
        if (lists >= _bytes.Length || number >= _bytes[lists])
        {
            return null;
        }

        var offset = Number(head + FunctionBytes + ((AddressLists(function) + number) * sizeof(uint)));
        return offset == uint.MaxValue ? null : offset;
    }

    /// <summary>Adds the values of a list by address where each begins; none when there is no such list.</summary>
    public void ReadValues(in GoFunction function, int number, List<(uint Start, int Value)> values)
    {
        if (number >= AddressLists(function))
        {
            return;
        }

        var offset = Number(_functions + function.Offset + FunctionBytes + ((long)number * sizeof(uint)));
        if (offset == 0 || offset >= (uint)(_bytes.Length - _lines))
        {
            return;
        }

        var (at, address, value) = (_lines + (int)offset, (ulong)function.Start, -1);
        while (address < function.End && TryVariable(ref at, out var change) && (change != 0 || value == -1)
            && TryVariable(ref at, out var length))
        {
            value += (int)(change >> 1) ^ -(int)(change & 1);
            values.Add(((uint)address, value));
            address += (ulong)length * _bytes[6];
        }
    }

    private long AddressLists(in GoFunction function) =>
        Number(_functions + function.Offset + (long)AddressListsOffset);

    private int Part(int pointer) => (int)Math.Min(Pointer(pointer), (ulong)_bytes.Length);

    private ulong Pointer(int index) =>
        BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(8 + (index * PointerBytes)));

    private uint Number(long offset) => offset >= 0 && offset + sizeof(uint) <= _bytes.Length
        ? BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan((int)offset))
        : 0;

    private bool TryVariable(ref int at, out uint value)
    {
        value = 0;
        for (var shift = 0; shift < 35 && at < _bytes.Length; shift += 7)
        {
            var group = _bytes[at++];
            value |= (uint)(group & 0x7F) << shift;
            if (group < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
