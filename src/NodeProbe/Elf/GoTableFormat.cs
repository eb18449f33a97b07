namespace PixieOrleans.NodeProbe.Elf;

/// <summary>How releases of Go lay out the table of functions.</summary>
/// <remarks>
/// What is at the offset of a function: its address, a pointer or (since 1.18) uint32 from the start of code; int32
/// offset of the name, which ends with 0; 5 more uint32; uint32 number of lists by address; (1.16) uint32 unit; (1.20)
/// int32 first line; 3 bytes, uint8 number of other lists. Then offsets of the former in the lines, int32; then places
/// of the latter in the program's memory: addresses, aligned, 0 for none, or (1.18) uint32 offsets, -1 for none.
/// A call that was inlined: 4 bytes, 8 more before 1.20, int32 offset of the name, int32 address of the caller from the
/// function's start, (1.20) int32 first line.
/// Source: go/src/runtime/runtime2.go, symtab.go, symtabinl.go of 1.15 to 1.26; debug/gosym/pclntab.go.
/// </remarks>
internal sealed class GoTableFormat
{
    private static readonly GoTableFormat[] All =
    [
        new(0xFFFFFFFB, isRelative: false, names: null, lines: null, functions: null, headBytes: 40, callsList: 4),
        new(0xFFFFFFFA, isRelative: false, names: 2, lines: 5, functions: 6, headBytes: 44, callsList: 3),
        new(0xFFFFFFF0, isRelative: true, names: 3, lines: 6, functions: 7, headBytes: 40, callsList: 3),
        new(0xFFFFFFF1, isRelative: true, names: 3, lines: 6, functions: 7, headBytes: 44, callsList: 3),
    ];

    private readonly uint _magic;

    private GoTableFormat(
        uint magic, bool isRelative, int? names, int? lines, int? functions, int headBytes, int callsList)
    {
        (_magic, IsRelative, HeadBytes, CallsList) = (magic, isRelative, headBytes, callsList);
        (NamesPart, LinesPart, FunctionsPart) = (names, lines, functions);
    }

    /// <summary>Addresses are uint32 from the start of code, not pointers: Go 1.18 and later.</summary>
    public bool IsRelative { get; }

    /// <summary>Pointer of the table's head that tells where names are; null before Go 1.16: from its start.</summary>
    public int? NamesPart { get; }

    /// <summary>As above, of lists by address.</summary>
    public int? LinesPart { get; }

    /// <summary>As above, of functions; null: behind the count.</summary>
    public int? FunctionsPart { get; }

    /// <summary>Bytes of a function before its lists.</summary>
    public int HeadBytes { get; }

    /// <summary>Bytes of an address, or of an offset, in the list of functions.</summary>
    public int WordBytes => IsRelative ? sizeof(uint) : sizeof(ulong);

    /// <summary>Offset of the name in a function.</summary>
    public int NameOffset => WordBytes;

    /// <summary>Offset of the number of lists by address.</summary>
    public int AddressListsOffset => WordBytes + (6 * sizeof(uint));

    /// <summary>The list by address that gives numbers of inlined calls.</summary>
    public static int NumbersList => 2;

    /// <summary>The list of those calls.</summary>
    public int CallsList { get; }

    /// <summary>Go 1.15 or earlier: what lists mean depends on the release.</summary>
    public bool IsBefore116 => FunctionsPart is null;

    /// <summary>Go 1.20 or later.</summary>
    public bool IsOf120 => this == All[^1];

    /// <summary>Bytes of an inlined call.</summary>
    public int CallBytes => IsOf120 ? 16 : 20;

    /// <summary>Offset of the name in an inlined call.</summary>
    public int CallNameOffset => IsOf120 ? 4 : 12;

    /// <summary>The format of a table; null when it is unknown.</summary>
    public static GoTableFormat? Of(uint magic) => Array.Find(All, format => format._magic == magic);
}
