using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace PixieOrleans.NodeProbe.Elf;

/// <summary>A function of a Go program.</summary>
/// <param name="Start">Its address: absolute, or counted from the start of Go's code.</param>
/// <param name="Bytes">Up to the next function.</param>
internal readonly record struct GoFunction(ulong Start, ulong Bytes);

/// <summary>
/// Finds functions of a Go program by name in .gopclntab, the table that its runtime needs itself, so that stripping
/// leaves it.
/// </summary>
/// <remarks>
/// Little endian: uint32 magic; 2 zero bytes, uint8 unit of code, uint8 bytes of a pointer; then pointers.
/// 0xFFFFFFFB (Go 1.2): count of functions; then functions, names from the table's start.
/// 0xFFFFFFFA (1.16): count, files, offsets of names, units, files, lines, functions.
/// 0xFFFFFFF0 (1.18), 0xFFFFFFF1 (1.20): count, files, start of code (zero since 1.26), then the offsets as before.
/// Functions: per function its address and an offset, from the table's start (1.2) or from here; last the end of the
/// code; two pointers, since 1.18 two uint32 with addresses relative to the start of code. At the offset: the address
/// again, int32 offset of the name, which ends with 0.
/// Source: go/src/internal/abi/symtab.go, go/src/debug/gosym/pclntab.go.
/// </remarks>
internal sealed class GoFunctionTable
{
    private const int HeadBytes = 8 + (8 * sizeof(ulong));
    private const int WindowBytes = 1 << 20;
    private const int MaxBytes = 256 << 20; // of functions; the largest programs have some 50 MiB
    private const int MaxNameBytes = 256;

    private readonly ElfFile _file;
    private readonly ulong _start; // place in the file
    private readonly ulong _bytes; // of the table, or some more
    private readonly ulong _names; // place of the names in the table
    private readonly ulong _functions;
    private readonly ulong _count;
    private readonly bool _isNarrow; // uint32 instead of pointers
    private readonly ulong _base; // of offsets of functions

    private GoFunctionTable(ElfFile file, ulong start, ulong bytes, ReadOnlySpan<byte> head, uint magic)
    {
        (_file, _start, _bytes) = (file, start, bytes);
        _isNarrow = magic is 0xFFFFFFF0 or 0xFFFFFFF1;
        _count = Pointer(head, 0);
        (_names, _functions) = magic switch
        {
            0xFFFFFFFB => (0UL, 16UL),
            0xFFFFFFFA => (Pointer(head, 2), Pointer(head, 6)),
            _ => (Pointer(head, 3), Pointer(head, 7)),
        };
        _base = magic == 0xFFFFFFFB ? 0 : _functions;
    }

    /// <summary>True when addresses of functions are counted from the start of Go's code.</summary>
    public bool IsRelative => _isNarrow;

    private int EntryBytes => _isNarrow ? 2 * sizeof(uint) : 2 * sizeof(ulong);

    /// <summary>
    /// The table of a file; null when it has none, or one of an unknown format. A C linker puts that of a program for
    /// any address among its other constants.
    /// </summary>
    public static GoFunctionTable? Open(ElfFile file)
    {
        if ((file.FindSection(".gopclntab") ?? file.FindSection(".data.rel.ro.gopclntab")) is { HasBytes: true } own)
        {
            return OpenAt(file, own.Offset, own.Bytes);
        }

        return file.FindSection(".data.rel.ro") is { HasBytes: true } constants ? Search(file, constants) : null;
    }

    /// <summary>Finds functions by name; absent names are absent.</summary>
    public Dictionary<string, GoFunction> Find(IEnumerable<string> names)
    {
        var wanted = names.Select(name => (name, Encoding.UTF8.GetBytes($"\0{name}\0"))).ToList();
        var places = FindNames(wanted);
        var found = new Dictionary<string, GoFunction>();
        if (places.Count == 0)
        {
            return found;
        }

        var bytes = (int)(_bytes - _functions);
        var rented = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            var filled = _file.Bytes.Read(_start + _functions, rented.AsSpan(0, bytes));
            AddFunctions(rented.AsSpan(0, filled), places, found);
            return found;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static GoFunctionTable? Search(ElfFile file, in ElfSection section)
    {
        ReadOnlySpan<byte> magic = [0xFF, 0xFF, 0xFF, 0, 0, 1, sizeof(ulong)]; // behind the first byte
        var window = ArrayPool<byte>.Shared.Rent(WindowBytes);
        GoFunctionTable? table = null;
        for (var at = 0UL; at < section.Bytes && table is null; at += WindowBytes - HeadBytes)
        {
            var bytes = (int)Math.Min(WindowBytes, section.Bytes - at);
            var rest = window.AsSpan(0, file.Bytes.Read(section.Offset + at, window.AsSpan(0, bytes)));
            var place = at;
            while (table is null && rest.IndexOf(magic) is > 0 and var index)
            {
                place += (ulong)index;
                rest = rest[index..];
                table = OpenAt(file, section.Offset + place - 1, section.Bytes - place + 1);
                place++;
                rest = rest[1..];
            }
        }

        ArrayPool<byte>.Shared.Return(window);
        return table;
    }

    private static GoFunctionTable? OpenAt(ElfFile file, ulong start, ulong bytes)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        if (!file.Bytes.Holds(start, bytes) || !file.Bytes.TryRead(start, head) || head[7] != sizeof(ulong))
        {
            return null;
        }

        var magic = BinaryPrimitives.ReadUInt32LittleEndian(head);
        if (magic is not (0xFFFFFFFB or 0xFFFFFFFA or 0xFFFFFFF0 or 0xFFFFFFF1))
        {
            return null;
        }

        var table = new GoFunctionTable(file, start, bytes, head, magic);
        var isWithin = table._names < bytes && table._functions < bytes && bytes - table._functions <= MaxBytes
            && table._count < (bytes - table._functions) / (ulong)table.EntryBytes;
        return isWithin ? table : null;
    }

    /// <summary>Offsets of wanted names from the start of names. The first name of all has nothing before it.</summary>
    private Dictionary<uint, string> FindNames(List<(string Name, byte[] Bytes)> wanted)
    {
        var places = new Dictionary<uint, string>();
        var window = ArrayPool<byte>.Shared.Rent(WindowBytes);
        for (var at = _names; at < _bytes && places.Count < wanted.Count; at += WindowBytes - MaxNameBytes)
        {
            var bytes = (int)Math.Min(WindowBytes, _bytes - at);
            var text = window.AsSpan(0, _file.Bytes.Read(_start + at, window.AsSpan(0, bytes)));
            foreach (var (name, pattern) in wanted)
            {
                if (text.IndexOf(pattern) is >= 0 and var index)
                {
                    places.TryAdd((uint)(at - _names) + (uint)index + 1, name);
                }
            }
        }

        ArrayPool<byte>.Shared.Return(window);
        return places;
    }

    private void AddFunctions(
        ReadOnlySpan<byte> functions, Dictionary<uint, string> names, Dictionary<string, GoFunction> found)
    {
        for (var i = 0; (ulong)i < _count && ((i + 2) * EntryBytes) <= functions.Length; i++)
        {
            var entry = functions[(i * EntryBytes)..];
            var place = NumberAt(entry, EntryBytes / 2) + _base - _functions + (ulong)(EntryBytes / 2);
            if (place + sizeof(uint) <= (ulong)functions.Length
                && names.TryGetValue(BinaryPrimitives.ReadUInt32LittleEndian(functions[(int)place..]), out var name))
            {
                var (start, end) = (NumberAt(entry, 0), NumberAt(entry, EntryBytes));
                found.TryAdd(name, new GoFunction(start, end > start ? end - start : 0));
            }
        }
    }

    private ulong NumberAt(ReadOnlySpan<byte> bytes, int at) => _isNarrow
        ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..])
        : BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    private static ulong Pointer(ReadOnlySpan<byte> head, int index) =>
        BinaryPrimitives.ReadUInt64LittleEndian(head[(8 + (index * sizeof(ulong)))..]);
}
