using System.Buffers.Text;
using System.Globalization;
using System.IO.Enumeration;
using System.Text;

namespace PixieOrleans.NodeProbe.Entities;

/// <summary>The machine's processes as /proc shows them. Reads every file once per call; used by one thread.</summary>
internal sealed class ProcReader : IProcessReader
{
    private const int MaxCommandLineBytes = 4096; // what is longer is cut
    private const int KernelThreadFlag = 0x200000; // PF_KTHREAD of the kernel's include/linux/sched.h
    private const int ParentField = 4; // of /proc/PID/stat, counted from 1 (proc(5))
    private const int FlagsField = 9;
    private const int StartTimeField = 22;
    private const int FirstFieldAfterName = 3;

    private readonly ProcFile _files = new();

    /// <inheritdoc/>
    public void List(ICollection<uint> processIds)
    {
        var folders = new FileSystemEnumerable<uint>(
            "/proc",
            static (ref FileSystemEntry entry) => uint.Parse(entry.FileName, CultureInfo.InvariantCulture))
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => char.IsAsciiDigit(entry.FileName[0]),
        };
        foreach (var processId in folders)
        {
            processIds.Add(processId);
        }
    }

    /// <inheritdoc/>
    public ProcessStat? ReadStat(uint processId) => ParseStat(processId, _files.Read(Path(processId, "stat")));

    /// <inheritdoc/>
    public ProcessFacts? Read(uint processId)
    {
        if (ReadStat(processId) is not { } stat)
        {
            return null;
        }

        if (stat.IsKernelThread)
        {
            return new ProcessFacts(stat, "", stat.Name, CgroupPlace.None, "");
        }

        var commandLine = CommandLine(_files.Read(Path(processId, "cmdline")));
        var place = CgroupPlace.Parse(_files.Read(Path(processId, "cgroup")));
        var executable = FileName(_files.ReadLink(Path(processId, "exe"))) ?? stat.Name;
        var netNamespace = _files.ReadLink(Path(processId, "ns/net")) ?? "";
        return new ProcessFacts(stat, commandLine, executable, place, netNamespace);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ReadAddresses(uint processId) => LocalAddresses.Read(_files, processId);

    /// <inheritdoc/>
    public string? ReadContainerName(CgroupPlace place) => ContainerNames.Find(place);

    /// <summary>Reads a line "PID (NAME) STATE PARENT …"; null when it is none.</summary>
    internal static ProcessStat? ParseStat(uint processId, ReadOnlySpan<byte> stat)
    {
        var open = stat.IndexOf((byte)'(');
        var close = stat.LastIndexOf((byte)')'); // the name may contain any byte
        if (open < 0 || close < open || close + 2 >= stat.Length)
        {
            return null;
        }

        var name = Encoding.UTF8.GetString(stat[(open + 1)..close]);
        var (parent, flags, startTicks) = (0UL, 0UL, 0UL);
        var fields = stat[(close + 2)..];
        var number = FirstFieldAfterName;
        foreach (var range in fields.Split((byte)' '))
        {
            _ = number switch
            {
                ParentField => Utf8Parser.TryParse(fields[range], out parent, out _),
                FlagsField => Utf8Parser.TryParse(fields[range], out flags, out _),
                StartTimeField => Utf8Parser.TryParse(fields[range], out startTicks, out _),
                _ => false,
            };
            if (number++ == StartTimeField)
            {
                break;
            }
        }

        return new ProcessStat(processId, (uint)parent, startTicks, name, (flags & KernelThreadFlag) != 0);
    }

    /// <summary>Arguments, each of which ends with a zero byte, joined by spaces.</summary>
    internal static string CommandLine(ReadOnlySpan<byte> arguments)
    {
        arguments = arguments[..Math.Min(arguments.Length, MaxCommandLineBytes)].TrimEnd((byte)0);
        return Encoding.UTF8.GetString(arguments).Replace('\0', ' ');
    }

    private static string? FileName(string? path)
    {
        const string Deleted = " (deleted)";
        if (path is null)
        {
            return null;
        }

        path = path.EndsWith(Deleted, StringComparison.Ordinal) ? path[..^Deleted.Length] : path;
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.Length > 0 ? name : null;
    }

    private static string Path(uint processId, string file) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/{file}");
}
