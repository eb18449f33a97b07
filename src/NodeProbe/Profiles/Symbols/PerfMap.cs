using System.Globalization;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>
/// Functions that a runtime compiled: /tmp/perf-PID.map, as .NET, Node and Java agents write it. PID is the one that
/// the process itself sees.
/// </summary>
internal sealed class PerfMap(uint processId)
{
    private long _length; // an empty file has no names

    /// <summary>The functions as read last.</summary>
    public BoundedFunctions Content { get; private set; } = BoundedFunctions.None;

    /// <summary>Reads the file when it has grown; false when it has not.</summary>
    public bool Refresh()
    {
        try
        {
            var file = new FileInfo(PathOf(processId));
            if (!file.Exists || file.Length == _length)
            {
                return false;
            }

            _length = file.Length;
            Content = PerfMapFile.Read(file.FullName);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) // the process ended meanwhile
        {
            return false;
        }
    }

    private static string PathOf(uint processId) => string.Create(
        CultureInfo.InvariantCulture, $"/proc/{processId}/root/tmp/perf-{ProcessFiles.InnerIdOf(processId)}.map");
}
