using System.Globalization;

namespace PixieOrleans.NodeProbe.Processes;

/// <summary>Facts about processes from /proc. A process that is gone gives the "not there" answer.</summary>
internal static class ProcFiles
{
    private const int StartTimeField = 22; // of /proc/PID/stat, counted from 1 (proc(5)); clock ticks since boot
    private const int FirstFieldAfterName = 3;

    /// <summary>Start of a process in ticks of 10 ms since boot; null when it is gone.</summary>
    public static ulong? StartTicks(uint processId)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return ulong.Parse(fields[StartTimeField - FirstFieldAfterName], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Numbers of the processes that run now.</summary>
    public static IReadOnlyList<uint> ProcessIds() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => uint.TryParse(
                folder.AsSpan("/proc/".Length), CultureInfo.InvariantCulture, out var processId) ? processId : 0)
            .Where(processId => processId != 0),
    ];

    /// <summary>Name of a process (15 characters at most); null when it is gone.</summary>
    public static string? Name(uint processId)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/comm")).TrimEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Text that names the network namespace of a process; null when it is gone or hidden.</summary>
    public static string? NetNamespace(uint processId)
    {
        try
        {
            var link = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/ns/net");
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Resident bytes of this process.</summary>
    public static long ResidentBytes() => Environment.WorkingSet;
}
