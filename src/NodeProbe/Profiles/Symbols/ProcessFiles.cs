using System.Globalization;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>How a process names its own files.</summary>
internal static class ProcessFiles
{
    /// <summary>The id in the process' own pid namespace: the last of NSpid in /proc/PID/status.</summary>
    /// <exception cref="IOException">The process is gone.</exception>
    public static string InnerIdOf(uint processId)
    {
        const string Field = "NSpid:";
        var line = File.ReadLines($"/proc/{processId}/status")
            .FirstOrDefault(l => l.StartsWith(Field, StringComparison.Ordinal));
        return line?.Split('\t')[^1] ?? processId.ToString(CultureInfo.InvariantCulture);
    }
}
