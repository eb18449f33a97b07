using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>Functions of one program or library.</summary>
internal sealed class ModuleSymbols
{
    private const int MaxNamesBytes = 128 << 20; // of one file's symbols
    private const int GlobalBinding = 1;
    private const int WeakBinding = 2;

    private readonly IReadOnlyList<ElfSegment> _segments;

    private ModuleSymbols(IReadOnlyList<ElfSegment> segments, FunctionTable functions) =>
        (_segments, Functions) = (segments, functions);

    /// <summary>Functions by virtual address.</summary>
    public FunctionTable Functions { get; }

    /// <summary>Reads a file's symbols.</summary>
    public static ModuleSymbols Read(ElfFile file)
    {
        var table = new FunctionTable.Builder();
        foreach (var symbols in (ElfSymbolTable[])[ElfSymbolTable.Full, ElfSymbolTable.Dynamic])
        {
            if (ElfSymbols.ReadNames(file, symbols, MaxNamesBytes) is { } names)
            {
                Add(table, ElfSymbols.Read(file, symbols), names);
            }
        }

        return new ModuleSymbols(file.Segments, table.Build());
    }

    /// <summary>Virtual address of a byte of the file; null when it is not loaded.</summary>
    public ulong? AddressOf(ulong offset)
    {
        foreach (var segment in _segments)
        {
            if (segment.IsLoaded && offset >= segment.Offset && offset - segment.Offset < segment.FileBytes)
            {
                return segment.Address + (offset - segment.Offset);
            }
        }

        return null;
    }

    private static void Add(FunctionTable.Builder table, IEnumerable<ElfSymbol> symbols, byte[] names)
    {
        foreach (var symbol in symbols)
        {
            var name = ElfSymbols.NameAt(names, symbol.NameOffset);
            if (symbol.IsFunction && !name.IsEmpty)
            {
                table.Add(symbol.Address, symbol.Bytes, Rank(symbol, name), name);
            }
        }
    }

    // Of several names of a place the one that others would call it by.
    private static int Rank(in ElfSymbol symbol, ReadOnlySpan<byte> name)
    {
        var binding = (symbol.Info >> 4) switch { GlobalBinding => 2, WeakBinding => 1, _ => 0 };
        var underscores = Math.Max(0, name.IndexOfAnyExcept((byte)'_'));
        return (symbol.Bytes > 0 ? 1000 : 0) + (binding * 100) - Math.Min(underscores, 99);
    }
}
