using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Profiles.Symbols;

namespace PixieOrleans.NodeProbe.Profiles.Unwinding;

/// <summary>
/// Tables of programs and libraries, each read once, within a bound of bytes; those not asked for the longest go
/// first. Files of one build id share a table: the same library in many containers is one.
/// </summary>
internal sealed class FrameTableCache(long maxBytes)
{
    private const int VdsoBytes = 64 << 10;
    private const long EntryBytes = 512; // beside the table
    private const int MaxFilesOfATable = 256; // names that one table is known by

    private readonly Dictionary<FileIdentity, LinkedListNode<Entry>> _files = [];
    private readonly Dictionary<string, LinkedListNode<Entry>> _builds = [];
    private readonly LinkedList<Entry> _byUse = []; // last used first
    private readonly Lazy<FrameTable?> _vdso = new(ReadVdso); // one for all processes of a kernel

    // One program may take half of the memory: browsers have some 30 MiB.
    private int MaxSectionBytes => (int)Math.Min(maxBytes / 2, 64 << 20);

    /// <summary>Memory in use.</summary>
    public long Bytes { get; private set; }

    /// <summary>Tables that were read.</summary>
    public int Reads { get; private set; }

    /// <summary>The table of mapped code; null when there is no such file, or it is no program or library.</summary>
    public FrameTable? Find(uint processId, in MappedCode code)
    {
        if (code.File.Inode == 0)
        {
            return code.Path == ProcessMaps.VdsoName ? _vdso.Value : null;
        }

        if (_files.TryGetValue(code.File, out var node))
        {
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Table;
        }

        node = Open(processId, code);
        node.Value.Files.Add(code.File);
        _files[code.File] = node;
        while (Bytes > maxBytes && _byUse.Count > 1)
        {
            Remove(_byUse.Last!);
        }

        return node.Value.Table;
    }

    private LinkedListNode<Entry> Open(uint processId, in MappedCode code)
    {
        using var file = OpenFile(processId, code);
        if (file is null)
        {
            return Add(new Entry(null, ""));
        }

        var build = file.BuildId.Length == 0 ? "" : $"{file.BuildId} {FrameTable.ExtentOf(file)}";
        if (build.Length > 0 && _builds.TryGetValue(build, out var known)
            && known.Value.Files.Count < MaxFilesOfATable)
        {
            return known;
        }

        Reads++;
        var node = Add(new Entry(FrameTable.Read(file, MaxSectionBytes), build));
        if (build.Length > 0)
        {
            _builds[build] = node;
        }

        return node;
    }

    private static ElfFile? OpenFile(uint processId, in MappedCode code) =>
        ElfFile.TryOpen(code.LinkPath(processId), out var file, out _)
        || (!code.IsDeleted && ElfFile.TryOpen(code.RootPath(processId), out file, out _)) ? file : null;

    private static FrameTable? ReadVdso()
    {
        using var file = Vdso.Open();
        return file is null ? null : FrameTable.Read(file, VdsoBytes);
    }

    private LinkedListNode<Entry> Add(Entry entry)
    {
        Bytes += entry.Bytes;
        return _byUse.AddFirst(entry);
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        Bytes -= node.Value.Bytes;
        foreach (var file in node.Value.Files)
        {
            _files.Remove(file);
        }

        if (_builds.GetValueOrDefault(node.Value.Build) == node)
        {
            _builds.Remove(node.Value.Build);
        }
    }

    private sealed record Entry(FrameTable? Table, string Build)
    {
        public HashSet<FileIdentity> Files { get; } = [];

        public long Bytes { get; } = (Table?.Bytes ?? 0) + EntryBytes;
    }
}
