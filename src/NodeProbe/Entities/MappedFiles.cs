using System.Globalization;
using System.Text;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Processes;

namespace PixieOrleans.NodeProbe.Entities;

/// <summary>Files that processes have mapped: programs and their libraries.</summary>
public static class MappedFiles
{
    private const int MaxLines = 65_536; // what a process has mapped beyond is left out
    private const int PathField = 5; // address, permissions, offset, device, inode, path

    /// <summary>Paths, each once, in the order of their addresses; none when the process has ended.</summary>
    public static IReadOnlyList<string> Read(Upid upid)
    {
        if (ProcFiles.StartTicks(upid.Tgid) != upid.StartTicks)
        {
            return [];
        }

        try
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{upid.Tgid}/maps");
            return Parse(File.ReadLines(path, Encoding.UTF8).Take(MaxLines));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) // it has ended, or is hidden
        {
            return [];
        }
    }

    /// <summary>Paths of lines of /proc/PID/maps.</summary>
    internal static IReadOnlyList<string> Parse(IEnumerable<string> lines) =>
    [
        .. lines
            .Select(line => line.Split(' ', PathField + 1, StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > PathField && fields[PathField].StartsWith('/'))
            .Select(fields => fields[PathField])
            .Distinct(StringComparer.Ordinal),
    ];
}
