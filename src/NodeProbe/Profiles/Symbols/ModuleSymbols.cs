using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>Functions of one program or library.</summary>
internal sealed class ModuleSymbols
{
    private const int MaxNamesBytes = 128 << 20; // of one file's symbols
    private const int MaxGoBytes = 64 << 20; // held of Go's table; the largest programs have some 50 MiB
    private const int GlobalBinding = 1;
    private const int WeakBinding = 2;

    private readonly IReadOnlyList<ElfSegment> _segments;

    private ModuleSymbols(IReadOnlyList<ElfSegment> segments, FunctionTable functions, GoInlining? inlining) =>
        (_segments, Functions, Inlining) = (segments, functions, inlining);

    /// <summary>Functions by virtual address.</summary>
    public FunctionTable Functions { get; }

    /// <summary>Which of them were inlined where; of Go programs only.</summary>
    public GoInlining? Inlining { get; }

    /// <summary>Memory that they take.</summary>
    public long Bytes => Functions.Bytes + (Inlining?.Bytes ?? 0);

    /// <summary>
    /// Reads a file's symbols. Of a stripped file: those of its separate file, else of .gnu_debugdata and .gopclntab.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="path">Its path as its process sees it.</param>
    /// <param name="root">The process' root as seen from here; empty for one's own.</param>
    public static ModuleSymbols Read(ElfFile file, string path = "", string root = "")
    {
        var table = new FunctionTable.Builder();
        var go = GoFunctionTable.Open(file, MaxGoBytes);
        var places = go is null ? null : GoModule.Find(file, go);
        Add(table, file, ElfSymbolTable.Dynamic);
        if (!Add(table, file, ElfSymbolTable.Full) && !AddSeparate(table, DebugFiles.Open(file, path, root)))
        {
            AddSeparate(table, MiniDebugInfo.Open(file));
            Add(table, go, places?.Text);
        }

        return new ModuleSymbols(
            file.Segments,
            table.Build(),
            go is not null && places is { } known ? GoInlining.Read(file, go, known) : null);
    }

    /// <summary>Adds the functions of a Go program.</summary>
    /// <param name="table">Takes them.</param>
    /// <param name="go">Go's own table; null when it is of another language.</param>
    /// <param name="text">What its addresses are from; null when that is unknown.</param>
    internal static void Add(FunctionTable.Builder table, GoFunctionTable? go, ulong? text)
    {
        for (var i = 0; go is not null && text is not null && i < go.Count; i++)
        {
            var function = go.FunctionAt(i);
            var name = go.NameOf(function);
            if (function.Bytes > 0 && !name.IsEmpty)
            {
                table.Add(text.Value + function.Start, function.Bytes, rank: 0, name);
            }
        }
    }

    /// <summary>
    /// The frame of a virtual address, with those of functions inlined there behind it; null when it is in no function.
    /// </summary>
    public byte[]? FrameAt(ulong address)
    {
        var name = Functions.Find(address);
        if (name.IsEmpty)
        {
            return null;
        }

        var frame = FrameText.OfName(name);
        return Inlining?.NamesAt(address) is { Count: > 0 } inlined
            ? inlined.Aggregate(frame, (outer, inner) => [.. outer, (byte)';', .. FrameText.OfName(inner)])
            : frame;
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

    private static bool AddSeparate(FunctionTable.Builder table, ElfFile? separate)
    {
        using (separate)
        {
            return separate is not null && Add(table, separate, ElfSymbolTable.Full);
        }
    }

    private static bool Add(FunctionTable.Builder table, ElfFile file, ElfSymbolTable kind)
    {
        if (ElfSymbols.ReadNames(file, kind, MaxNamesBytes) is not { } names)
        {
            return false;
        }

        Add(table, ElfSymbols.Read(file, kind), names);
        return true;
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
