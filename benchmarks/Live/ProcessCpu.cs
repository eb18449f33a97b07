using System.Globalization;

namespace PixieOrleans.Bench.Live;

/// <summary>CPU time from /proc/PID/task/TID/schedstat, in ns: finer than the 10 ms ticks of /proc/PID/stat.</summary>
internal static class ProcessCpu
{
    /// <summary>Time on a CPU of all threads of a process and its children.</summary>
    public static long TreeNs(int processId)
    {
        var sum = ThreadsNs(processId);
        foreach (var child in Children(processId))
        {
            sum += TreeNs(child);
        }

        return sum;
    }

    private static long ThreadsNs(int processId) => Directory.EnumerateDirectories($"/proc/{processId}/task")
        .Sum(thread => Number(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0]));

    private static IEnumerable<int> Children(int processId) => File
        .ReadAllText($"/proc/{processId}/task/{processId}/children")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(text => (int)Number(text));

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
