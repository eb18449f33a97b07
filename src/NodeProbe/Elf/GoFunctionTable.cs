using System.Buffers.Binary;
using System.Text;

namespace PixieOrleans.NodeProbe.Elf;

/// <summary>A function of a Go program.</summary>
/// <param name="Start">Its address: absolute, or counted from the start of Go's code.</param>
/// <param name="Bytes">Up to the next function.</param>
/// <param name="Place">Of its description in the table.</param>
internal readonly record struct GoFunction(ulong Start, ulong Bytes, ulong Place)
{
    /// <summary>First byte behind it.</summary>
    public ulong End => Start + Bytes;
}

/// <summary>
/// .gopclntab, the table of functions that a Go program's runtime needs itself, so that stripping leaves it. What is
/// broken is absent. Used by one thread.
/// </summary>
/// <remarks>
/// Little endian: uint32 magic; 2 zero bytes, uint8 unit of code, uint8 bytes of a pointer; then pointers.
/// 0xFFFFFFFB (Go 1.2): count of functions; then functions, names and lists from the table's start.
/// 0xFFFFFFFA (1.16): count, files, offsets of names, units, files, lists, functions.
/// 0xFFFFFFF0 (1.18), 0xFFFFFFF1 (1.20): count, files, start of code (zero since 1.26), then the offsets as before.
/// Functions: per function its address and an offset, from the table's start (1.2) or from here; last the end of the
/// code. At the offset: <see cref="GoTableFormat"/>. A list by address: pairs of change of value (zigzag) and length
/// (in units of code), both in groups of 7 bits, until a change of 0; the value starts at -1.
/// Source: go/src/internal/abi/symtab.go, go/src/debug/gosym/pclntab.go.
/// </remarks>
internal sealed partial class GoFunctionTable
{
    private const int PointerBytes = sizeof(ulong);
    private const int HeadBytes = 8 + (8 * PointerBytes);
    private const int WindowBytes = 1 << 20;
    private const int MinWindowBytes = 64 << 10;
    private const int MaxNameBytes = 4096;
    private const int MaxGroups = 5; // of 7 bits
    private const uint NoList = uint.MaxValue;

    private readonly ulong _bytes; // of the table, or some more
    private readonly ulong _names; // places in the table
    private readonly ulong _lines;
    private readonly ulong _functions;
    private readonly ulong _base; // of offsets of functions
    private readonly byte _unit;
    private readonly ElfWindow _list; // of functions
    private readonly ElfWindow _description;
    private readonly ElfWindow _name;
    private readonly ElfWindow _line;

    private GoFunctionTable(
        GoTableFormat format, ReadOnlySpan<byte> head, ulong bytes, Func<int, ElfWindow> window)
    {
        (Format, _bytes, _unit) = (format, bytes, head[6]);
        Count = (int)Math.Min(Pointer(head, 0), int.MaxValue);
        Text = format.IsRelative ? Pointer(head, 2) : 0;
        (_names, _lines) = (Part(head, format.NamesPart, 0), Part(head, format.LinesPart, 0));
        _functions = Part(head, format.FunctionsPart, 8 + PointerBytes);
        _base = format.IsBefore116 ? 0 : _functions;
        (_list, _description, _name, _line) = (window(0), window(1), window(2), window(3));
    }

    /// <summary>How it is laid out.</summary>
    public GoTableFormat Format { get; }

    /// <summary>How many functions there are.</summary>
    public int Count { get; }

    /// <summary>True when addresses of functions are counted from the start of Go's code.</summary>
    public bool IsRelative => Format.IsRelative;

    /// <summary>Start of the code; 0 when addresses are absolute, and in programs of Go 1.26 and later.</summary>
    public ulong Text { get; }

    /// <summary>The section that is this table and nothing else; null when a C linker put it among others.</summary>
    public ElfSection? Section { get; private init; }

    /// <summary>
    /// The table of a file; null when it has none, or one of an unknown format. A C linker puts that of a program for
    /// any address among its other constants.
    /// </summary>
    /// <param name="file">The file; borrowed as long as the table is read.</param>
    /// <param name="maxBytes">Bytes held at most; a smaller table is held whole.</param>
    public static GoFunctionTable? Open(ElfFile file, int maxBytes = WindowBytes)
    {
        if ((file.FindSection(".gopclntab") ?? file.FindSection(".data.rel.ro.gopclntab")) is { HasBytes: true } own)
        {
            return OpenAt(file.Bytes, own.Offset, own.Bytes, maxBytes, own);
        }

        return file.FindSection(".data.rel.ro") is { HasBytes: true } constants
            ? Search(file, constants, maxBytes)
            : null;
    }

    /// <summary>The table at a place; null when none begins there.</summary>
    /// <param name="bytes">Where it is; borrowed as long as the table is read.</param>
    /// <param name="start">Where in these.</param>
    /// <param name="length">Bytes that it may have.</param>
    /// <param name="maxBytes">Bytes held at most; a smaller table is held whole.</param>
    /// <param name="section">The section, if it is a table's own.</param>
    public static GoFunctionTable? OpenAt(
        ElfBytes bytes, ulong start, ulong length, int maxBytes = WindowBytes, ElfSection? section = null)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        if (length < HeadBytes || !bytes.Holds(start, length) || !bytes.TryRead(start, head)
            || head[7] != PointerBytes
            || GoTableFormat.Of(BinaryPrimitives.ReadUInt32LittleEndian(head)) is not { } format)
        {
            return null;
        }

        var whole = length <= (ulong)maxBytes ? new ElfWindow(bytes, start, length, maxBytes) : null;
        var table = new GoFunctionTable(
            format,
            head,
            length,
            _ => whole ?? new ElfWindow(bytes, start, length, Math.Max(maxBytes / 4, MinWindowBytes)))
        {
            Section = section,
        };
        return table.IsWithin() ? table : null;
    }

    /// <summary>A function by its number.</summary>
    public GoFunction FunctionAt(int index)
    {
        var word = Format.WordBytes;
        var entry = _list.Read(_functions + ((ulong)index * (ulong)(2 * word)), 3 * word);
        if (entry.Length < 3 * word)
        {
            return default;
        }

        var (start, end) = (WordOf(entry), WordOf(entry[(2 * word)..]));
        return new GoFunction(start, end > start ? end - start : 0, _base + WordOf(entry[word..]));
    }

    /// <summary>The name of a function, until the next call; empty when there is none.</summary>
    public ReadOnlySpan<byte> NameOf(in GoFunction function) =>
        NumberAt(function.Place + (ulong)Format.NameOffset) is { } name ? NameAt(name) : [];

    /// <summary>A name by its offset, until the next call.</summary>
    public ReadOnlySpan<byte> NameAt(uint offset)
    {
        var name = _name.Read(_names + offset, MaxNameBytes);
        var end = name.IndexOf((byte)0);
        return end < 0 ? [] : name[..end];
    }

    /// <summary>Finds functions by name; absent names are absent.</summary>
    public Dictionary<string, GoFunction> Find(IEnumerable<string> names)
    {
        var wanted = names.Select(name => (name, Encoding.UTF8.GetBytes($"\0{name}\0"))).ToList();
        var places = FindNames(wanted);
        var found = new Dictionary<string, GoFunction>();
        for (var i = 0; i < Count && found.Count < places.Count; i++)
        {
            var function = FunctionAt(i);
            if (NumberAt(function.Place + (ulong)Format.NameOffset) is { } place
                && places.TryGetValue(place, out var name))
            {
                found.TryAdd(name, function);
            }
        }

        return found;
    }

    private static GoFunctionTable? Search(ElfFile file, in ElfSection section, int maxBytes)
    {
        ReadOnlySpan<byte> magic = [0xFF, 0xFF, 0xFF, 0, 0, 1, sizeof(ulong)]; // behind the first byte
        var window = new ElfWindow(file.Bytes, section.Offset, section.Bytes, WindowBytes);
        for (var at = 0UL; at < section.Bytes;)
        {
            var bytes = window.Read(at, window.MaxCount);
            var index = bytes.Length < HeadBytes ? -1 : bytes[1..].IndexOf(magic);
            if (index >= 0
                && OpenAt(file.Bytes, section.Offset + at + (ulong)index, section.Bytes - at - (ulong)index, maxBytes)
                    is { } table)
            {
                return table;
            }

            at += index >= 0 ? (ulong)index + 1 : (ulong)Math.Max(1, bytes.Length - magic.Length);
        }

        return null;
    }

    private bool IsWithin() => _names < _bytes && _lines < _bytes && _functions < _bytes
        && (ulong)Count < (_bytes - _functions) / (ulong)(2 * Format.WordBytes);

    /// <summary>Offsets of wanted names from the start of names. The first name of all has nothing before it.</summary>
    private Dictionary<uint, string> FindNames(List<(string Name, byte[] Bytes)> wanted)
    {
        var places = new Dictionary<uint, string>();
        for (var at = _names; at < _bytes && places.Count < wanted.Count;)
        {
            var text = _name.Read(at, _name.MaxCount);
            foreach (var (name, pattern) in wanted)
            {
                if (text.IndexOf(pattern) is >= 0 and var index)
                {
                    places.TryAdd((uint)(at - _names) + (uint)index + 1, name);
                }
            }

            at += text.Length > MaxNameBytes ? (ulong)(text.Length - MaxNameBytes) : _bytes;
        }

        return places;
    }

    private ulong WordOf(ReadOnlySpan<byte> bytes) => IsRelative
        ? BinaryPrimitives.ReadUInt32LittleEndian(bytes)
        : BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    private uint? NumberAt(ulong place)
    {
        var bytes = _description.Read(place, sizeof(uint));
        return bytes.Length == sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : null;
    }

    private static ulong Part(ReadOnlySpan<byte> head, int? pointer, ulong otherwise) =>
        pointer is { } index ? Pointer(head, index) : otherwise;

    private static ulong Pointer(ReadOnlySpan<byte> head, int index) =>
        BinaryPrimitives.ReadUInt64LittleEndian(head[(8 + (index * PointerBytes))..]);
}
