using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace PixieOrleans.NodeProbe.Elf;

/// <summary>A file, whatever its name: what probes and symbols are kept by.</summary>
/// <param name="Device">Major and minor number as /proc shows them, "fd:01".</param>
/// <param name="Inode">Number of the file on its device.</param>
internal readonly record struct FileIdentity(string Device, ulong Inode);

/// <summary>A range of a process' memory that holds code of a file.</summary>
/// <param name="Start">First address.</param>
/// <param name="End">First address behind it.</param>
/// <param name="Offset">Place in the file of the first byte.</param>
/// <param name="File">The file.</param>
/// <param name="Path">Its path as the process sees it, without the mark of a deleted file.</param>
/// <param name="IsDeleted">True when the path leads to the file no more: deleted, or replaced by another.</param>
internal readonly record struct MappedCode(
    ulong Start, ulong End, ulong Offset, FileIdentity File, string Path, bool IsDeleted)
{
    /// <summary>The last part of the path.</summary>
    public ReadOnlySpan<char> FileName => Path.AsSpan(Path.LastIndexOf('/') + 1);

    /// <summary>Place in the file of a byte in memory.</summary>
    public ulong OffsetOf(ulong address) => address - Start + Offset;

    /// <summary>
    /// A path that opens exactly this file, also when it was deleted or lies in another mount namespace; valid while
    /// the process has it mapped. Needs CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE.
    /// </summary>
    public string LinkPath(uint processId) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/map_files/{Start:x}-{End:x}");

    /// <summary>The file by its path, seen from outside the process' mount namespace.</summary>
    public string RootPath(uint processId) =>
        RootOf(processId) + Path;

    /// <summary>The process' root, seen from outside its mount namespace.</summary>
    public static string RootOf(uint processId) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/root");
}

/// <summary>Which executable ranges of a process are wanted.</summary>
[Flags]
internal enum CodeKinds
{
    /// <summary>Those of files.</summary>
    Files = 0,

    /// <summary>The vdso too.</summary>
    Vdso = 1,

    /// <summary>Memory of no file too: what runtimes compile.</summary>
    Memory = 2,
}

/// <summary>Reads /proc/PID/maps: which files' code a process has mapped.</summary>
/// <remarks>A line: start-end permissions offset device inode path; numbers in hex but the inode (proc(5)).</remarks>
internal static class ProcessMaps
{
    /// <summary>Path of the code that the kernel maps into every process; it is no file.</summary>
    public const string VdsoName = "[vdso]";

    private const int BufferBytes = 64 << 10; // a line has at most a path (4 KiB) and some
    private const int MaxBytes = 16 << 20; // of one process; what is beyond is left out
    private static ReadOnlySpan<byte> Deleted => " (deleted)"u8;

    /// <summary>Adds the code a process has mapped from files; false when it is gone or hidden.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="code">Takes the code.</param>
    /// <param name="withVdso">Add the vdso too.</param>
    public static bool Read(uint processId, ICollection<MappedCode> code, bool withVdso = false) =>
        Read(processId, code, withVdso ? CodeKinds.Vdso : CodeKinds.Files);

    /// <summary>Adds all of a process that may be executed, also memory of no file; false as above.</summary>
    public static bool ReadAll(uint processId, ICollection<MappedCode> code) =>
        Read(processId, code, CodeKinds.Vdso | CodeKinds.Memory);

    private static bool Read(uint processId, ICollection<MappedCode> code, CodeKinds kinds)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/maps");
            using var file = File.OpenHandle(path);
            using var stream = new FileStream(file, FileAccess.Read, bufferSize: 0);
            var (kept, total, count) = (0, 0, 0);
            while (total < MaxBytes && (count = stream.Read(buffer, kept, BufferBytes - kept)) > 0)
            {
                total += count;
                kept = AddLines(buffer.AsSpan(0, kept + count), code, kinds);
            }

            return total > 0; // nothing: the process has ended, or is a kernel thread
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Adds what whole lines tell; moves the rest to the front and returns its length.</summary>
    internal static int AddLines(
        Span<byte> text, ICollection<MappedCode> code, CodeKinds kinds = CodeKinds.Files)
    {
        var rest = text;
        for (var end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
        {
            if (ParseLine(rest[..end], kinds) is { } mapped)
            {
                code.Add(mapped);
            }

            rest = rest[(end + 1)..];
        }

        if (rest.Length >= BufferBytes)
        {
            return 0; // no line is that long
        }

        rest.CopyTo(text);
        return rest.Length;
    }

    private static MappedCode? ParseLine(ReadOnlySpan<byte> line, CodeKinds kinds)
    {
        var rest = line;
        var addresses = NextField(ref rest);
        var permissions = NextField(ref rest);
        if (permissions.Length < 4 || permissions[2] != (byte)'x')
        {
            return null;
        }

        var offsetText = NextField(ref rest);
        var device = NextField(ref rest);
        var inodeText = NextField(ref rest);
        var path = rest.TrimStart((byte)' ');
        var dash = Math.Max(0, addresses.IndexOf((byte)'-'));
        if (!IsWanted(path, kinds)
            || !Utf8Parser.TryParse(addresses[..dash], out ulong start, out _, 'x')
            || !Utf8Parser.TryParse(addresses[(dash + 1)..], out ulong end, out _, 'x')
            || !Utf8Parser.TryParse(offsetText, out ulong offset, out _, 'x')
            || !Utf8Parser.TryParse(inodeText, out ulong inode, out _))
        {
            return null;
        }

        var deleted = path.EndsWith(Deleted);
        path = deleted ? path[..^Deleted.Length] : path;
        var file = new FileIdentity(Encoding.ASCII.GetString(device), inode);
        return new MappedCode(start, end, offset, file, Unescape(path), deleted);
    }

    private static bool IsWanted(ReadOnlySpan<byte> path, CodeKinds kinds) =>
        path.StartsWith((byte)'/')
        || (path.SequenceEqual("[vdso]"u8) ? kinds.HasFlag(CodeKinds.Vdso) : kinds.HasFlag(CodeKinds.Memory));

    private static ReadOnlySpan<byte> NextField(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)' ');
        var field = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return field;
    }

    /// <summary>A line break in a path is shown as \012.</summary>
    private static string Unescape(ReadOnlySpan<byte> path) =>
        Encoding.UTF8.GetString(path).Replace("\\012", "\n", StringComparison.Ordinal);
}
