using System.Globalization;
using System.IO.Enumeration;
using PixieOrleans.NodeProbe.Processes;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>A file of a language runtime that tells about its process.</summary>
/// <param name="Tgid">The process.</param>
/// <param name="StartTicks">Its start.</param>
/// <param name="Path">The file, as this process reaches it.</param>
internal readonly record struct RuntimeFile(uint Tgid, ulong StartTicks, string Path);

/// <summary>
/// Finds the files that runtimes leave in the folders for temporary files, one folder per mount namespace: those of
/// containers too. A runtime that puts them elsewhere (TMPDIR) is not found. Used by one thread.
/// </summary>
internal sealed class RuntimeFiles(ProcessTable processes)
{
    private const int MaxEntries = 65_536; // with a fitting name in one folder; what is beyond is not looked at
    private const string TempFolder = "/root/tmp";
    private const string JvmFolder = "hsperfdata_";
    private const string DotnetPrefix = "dotnet-diagnostic-";
    private const string DotnetSuffix = "-socket";

    private readonly Dictionary<uint, uint> _readers = []; // mount namespace → a process in it
    private readonly Dictionary<(uint Namespace, uint InnerPid), ProcessEntry> _byInnerPid = [];

    /// <summary>Counters of Java virtual machines: hsperfdata_USER/PID.</summary>
    public void FindJvms(ICollection<RuntimeFile> found)
    {
        IndexProcesses();
        foreach (var (space, reader) in _readers)
        {
            foreach (var folder in List(FolderOf(reader), JvmFolder))
            {
                foreach (var file in List(folder, ""))
                {
                    if (uint.TryParse(Path.GetFileName(file.AsSpan()), CultureInfo.InvariantCulture, out var innerPid)
                        && _byInnerPid.TryGetValue((space, innerPid), out var entry))
                    {
                        Add(found, entry, file);
                    }
                }
            }
        }
    }

    /// <summary>
    /// Diagnostics ports of .NET: sockets dotnet-diagnostic-PID-START-socket. Killed processes leave theirs behind: the
    /// start, in ticks since boot, tells them from those of the process that has the number now.
    /// </summary>
    public void FindDotnet(ICollection<RuntimeFile> found)
    {
        IndexProcesses();
        foreach (var (space, reader) in _readers)
        {
            foreach (var file in List(FolderOf(reader), DotnetPrefix))
            {
                if (TryParsePort(Path.GetFileName(file.AsSpan()), out var innerPid, out var startTicks)
                    && _byInnerPid.TryGetValue((space, innerPid), out var entry) && entry.StartTicks == startTicks)
                {
                    Add(found, entry, file);
                }
            }
        }
    }

    private static bool TryParsePort(ReadOnlySpan<char> name, out uint innerPid, out ulong startTicks)
    {
        (innerPid, startTicks) = (0, 0);
        if (!name.EndsWith(DotnetSuffix, StringComparison.Ordinal))
        {
            return false;
        }

        var numbers = name[DotnetPrefix.Length..^DotnetSuffix.Length];
        var dash = numbers.IndexOf('-');
        return dash > 0
            && uint.TryParse(numbers[..dash], CultureInfo.InvariantCulture, out innerPid)
            && ulong.TryParse(numbers[(dash + 1)..], CultureInfo.InvariantCulture, out startTicks);
    }

    private static string FolderOf(uint processId) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}{TempFolder}");

    private static List<string> List(string folder, string prefix)
    {
        try
        {
            var files = new FileSystemEnumerable<string>(
                folder, static (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath())
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                    entry.FileName.StartsWith(prefix, StringComparison.Ordinal),
            };
            return [.. files.Take(MaxEntries)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) // gone, hidden, or not there
        {
            return [];
        }
    }

    private void IndexProcesses()
    {
        _readers.Clear();
        _byInnerPid.Clear();
        foreach (var entry in processes.Running)
        {
            ref readonly var process = ref entry.Process;
            _readers[process.MountNamespace] = entry.Tgid;
            _byInnerPid[(process.MountNamespace, process.InnerPid)] = entry;
        }

        _readers.Remove(0);
    }

    // Through the process itself: the one that the folder was listed through may end at any time.
    private static void Add(ICollection<RuntimeFile> found, ProcessEntry entry, string path)
    {
        var inFolder = path[(path.IndexOf(TempFolder, StringComparison.Ordinal) + TempFolder.Length)..];
        found.Add(new RuntimeFile(entry.Tgid, entry.StartTicks, FolderOf(entry.Tgid) + inFolder));
    }
}
