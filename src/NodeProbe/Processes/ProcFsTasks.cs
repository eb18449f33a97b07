using System.Buffers.Text;
using System.Globalization;
using System.IO.Enumeration;
using PixieOrleans.NodeProbe.Entities;

namespace PixieOrleans.NodeProbe.Processes;

/// <summary>
/// Reads all processes from /proc, where the BPF iterator cannot be had. Each file once per pass; what seldom changes
/// (namespaces, inner number) once in <see cref="RarePasses"/> passes. Costs about 15 µs per process and pass.
/// </summary>
/// <remarks>Layout of the files: proc(5).</remarks>
internal sealed class ProcFsTasks(string reason) : ITaskReader
{
    private const int RarePasses = 16;
    private const ulong NsPerTick = 10_000_000;
    private const int KernelThreadFlag = 0x200000; // PF_KTHREAD
    private const int MaxPathBytes = 64;

    private static readonly int PageShift = int.Log2(Environment.SystemPageSize);
    private readonly ProcFile _files = new();
    private readonly List<uint> _ids = [];

    /// <inheritdoc/>
    public string Description => $"/proc, which costs more: {reason}";

    /// <inheritdoc/>
    public void Read(ProcessTable table)
    {
        _ids.Clear();
        _ids.AddRange(new FileSystemEnumerable<uint>(
            "/proc",
            static (ref FileSystemEntry entry) => uint.Parse(entry.FileName, CultureInfo.InvariantCulture))
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => char.IsAsciiDigit(entry.FileName[0]),
        });
        foreach (var id in _ids)
        {
            Read(table, id);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>Takes a line of /proc/PID/stat; false for what is no running process.</summary>
    internal static bool ParseStat(ReadOnlySpan<byte> stat, ref TaskRecord task, ref ProcessRecord process)
    {
        var (open, close) = (stat.IndexOf((byte)'('), stat.LastIndexOf((byte)')'));
        if (open < 0 || close < open || close + 2 >= stat.Length)
        {
            return false;
        }

        var name = stat[(open + 1)..close];
        Span<byte> comm = process.Comm;
        name[..Math.Min(name.Length, comm.Length - 1)].CopyTo(comm);
        var fields = new Fields(stat[(close + 2)..]);
        if (fields.Skip(1)[0] is (byte)'Z' or (byte)'X')
        {
            return false; // it has ended and waits for its parent
        }

        process.Parent = (uint)fields.Next();
        fields.Skip(4);
        var isKernelThread = (fields.Next() & KernelThreadFlag) != 0;
        task.MinorFaults = fields.Next();
        fields.Skip(1);
        task.MajorFaults = fields.Next();
        fields.Skip(1);
        task.UserNs = fields.Next() * NsPerTick;
        task.KernelNs = fields.Next() * NsPerTick;
        task.RuntimeNs = task.UserNs + task.KernelNs;
        fields.Skip(4);
        process.Threads = (uint)fields.Next();
        fields.Skip(1);
        process.StartNs = fields.Next() * NsPerTick;
        process.VirtualPages = fields.Next() >> PageShift;
        process.ResidentPages = fields.Next();
        return !isKernelThread;
    }

    /// <summary>Takes /proc/PID/io: lines "name: number".</summary>
    internal static void ParseIo(ReadOnlySpan<byte> io, ref TaskRecord task)
    {
        task.RcharBytes = ValueOf(io, "rchar: "u8);
        task.WcharBytes = ValueOf(io, "wchar: "u8);
        task.ReadBytes = ValueOf(io, "\nread_bytes: "u8);
        task.WriteBytes = ValueOf(io, "\nwrite_bytes: "u8);
    }

    private static ulong ValueOf(ReadOnlySpan<byte> file, ReadOnlySpan<byte> name)
    {
        var at = file.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(file[(at + name.Length)..], out ulong value, out _) ? value : 0;
    }

    private static ReadOnlySpan<byte> PathOf(Span<byte> path, uint id, ReadOnlySpan<byte> file)
    {
        "/proc/"u8.CopyTo(path);
        Utf8Formatter.TryFormat(id, path[6..], out var digits);
        file.CopyTo(path[(6 + digits)..]);
        path[6 + digits + file.Length] = 0;
        return path;
    }

    private void Read(ProcessTable table, uint id)
    {
        Span<byte> path = stackalloc byte[MaxPathBytes];
        var task = new TaskRecord { Tgid = id, Pid = id };
        var process = new ProcessRecord { InnerPid = id };
        if (!ParseStat(_files.Read(PathOf(path, id, "/stat"u8)), ref task, ref process))
        {
            return;
        }

        ParseIo(_files.Read(PathOf(path, id, "/io"u8)), ref task);
        var known = table.Find(id);
        if (known is null || (table.Pass - known.FirstPass) % RarePasses <= 1) // twice at the beginning
        {
            process.NetNamespace = NumberOf(_files.ReadLink(PathOf(path, id, "/ns/net"u8)));
            process.MountNamespace = NumberOf(_files.ReadLink(PathOf(path, id, "/ns/mnt"u8)));
            process.InnerPid = InnerPidOf(_files.Read(PathOf(path, id, "/status"u8)), id);
        }
        else
        {
            process.NetNamespace = known.Process.NetNamespace;
            process.MountNamespace = known.Process.MountNamespace;
            process.InnerPid = known.Process.InnerPid;
        }

        table.Add(in task, in process);
    }

    // "net:[4026531840]"
    private static uint NumberOf(ReadOnlySpan<byte> link) =>
        Utf8Parser.TryParse(link[(link.IndexOf((byte)'[') + 1)..], out uint number, out _) ? number : 0;

    // "NSpid:\t1234\t7\n": the last is the innermost.
    private static uint InnerPidOf(ReadOnlySpan<byte> status, uint id)
    {
        var at = status.IndexOf("NSpid:"u8);
        if (at < 0)
        {
            return id;
        }

        var line = status[at..];
        line = line[..Math.Max(0, line.IndexOf((byte)'\n'))];
        return Utf8Parser.TryParse(line[(line.LastIndexOf((byte)'\t') + 1)..], out uint inner, out _) ? inner : id;
    }

    /// <summary>Words separated by single spaces.</summary>
    private ref struct Fields(ReadOnlySpan<byte> text)
    {
        private ReadOnlySpan<byte> _rest = text;

        public ReadOnlySpan<byte> Skip(int words)
        {
            var word = _rest;
            for (var i = 0; i < words; i++)
            {
                var end = _rest.IndexOf((byte)' ');
                word = end < 0 ? _rest : _rest[..end];
                _rest = end < 0 ? [] : _rest[(end + 1)..];
            }

            return word.IsEmpty ? "0"u8 : word;
        }

        public ulong Next() => Utf8Parser.TryParse(Skip(1), out ulong value, out _) ? value : 0;
    }
}
