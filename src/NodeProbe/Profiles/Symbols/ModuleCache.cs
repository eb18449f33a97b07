using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>
/// Symbols of files, each read once, within a bound of bytes; those not asked for the longest go first.
/// </summary>
internal sealed class ModuleCache(long maxBytes)
{
    private const long EmptyBytes = 256; // of an entry without functions

    private readonly Dictionary<FileIdentity, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = []; // last used first
    private long _bytes;

    /// <summary>Memory in use.</summary>
    public long Bytes => _bytes;

    /// <summary>Files that were read.</summary>
    public int Reads { get; private set; }

    /// <summary>The symbols of mapped code; null when the file cannot be read.</summary>
    public ModuleSymbols? Find(uint processId, in MappedCode code)
    {
        if (_entries.TryGetValue(code.File, out var node))
        {
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Symbols;
        }

        var symbols = Read(processId, code);
        var entry = new Entry(code.File, symbols, (symbols?.Bytes ?? 0) + EmptyBytes);
        _entries[code.File] = _byUse.AddFirst(entry);
        _bytes += entry.Bytes;
        while (_bytes > maxBytes && _byUse.Count > 1)
        {
            Remove(_byUse.Last!.Value);
        }

        return symbols;
    }

    private void Remove(Entry entry)
    {
        _byUse.RemoveLast();
        _entries.Remove(entry.File);
        _bytes -= entry.Bytes;
    }

    private ModuleSymbols? Read(uint processId, in MappedCode code)
    {
        Reads++;
        if (code.Path == ProcessMaps.VdsoName)
        {
            return Vdso.Read();
        }

        if (!ElfFile.TryOpen(code.LinkPath(processId), out var file, out _)
            && (code.IsDeleted || !ElfFile.TryOpen(code.RootPath(processId), out file, out _)))
        {
            return null;
        }

        using (file)
        {
            return ModuleSymbols.Read(file, code.Path, MappedCode.RootOf(processId));
        }
    }

    private sealed record Entry(FileIdentity File, ModuleSymbols? Symbols, long Bytes);
}
