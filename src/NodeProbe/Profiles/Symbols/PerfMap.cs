using System.Globalization;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>Functions that a runtime compiled: /tmp/perf-PID.map, as .NET, Node and Java agents write it.</summary>
/// <remarks>
/// A line: start and size in hex, then the name. PID is the one that the process itself sees. Later lines win: code
/// is thrown away and its place used again. Source: tools/perf/Documentation/jit-interface.txt.
/// </remarks>
internal sealed class PerfMap(uint processId)
{
    private const long MaxBytes = 64 << 20; // of the file; what is beyond is left out

    private long _length; // an empty file has no names, and what has no length (a pipe) must not be opened

    /// <summary>The functions as read last.</summary>
    public FunctionTable Functions { get; private set; } = FunctionTable.Empty;

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
            Functions = Parse(File.ReadLines(file.FullName));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) // the process ended meanwhile
        {
            return false;
        }
    }

    /// <summary>The functions that lines tell of.</summary>
    internal static FunctionTable Parse(IEnumerable<string> lines)
    {
        var table = new FunctionTable.Builder();
        foreach (var (index, line) in lines.Index())
        {
            var fields = line.Split(' ', 3);
            if (fields.Length == 3 && TryParse(fields[0], out var start) && TryParse(fields[1], out var size))
            {
                table.Add(start, size, rank: index, fields[2]);
            }

            if (table.Bytes > MaxBytes)
            {
                break;
            }
        }

        return table.Build();
    }

    private static string PathOf(uint processId) => string.Create(
        CultureInfo.InvariantCulture, $"/proc/{processId}/root/tmp/perf-{ProcessFiles.InnerIdOf(processId)}.map");

    private static bool TryParse(string hex, out ulong value) => ulong.TryParse(
        hex.StartsWith("0x", StringComparison.Ordinal) ? hex[2..] : hex,
        NumberStyles.AllowHexSpecifier,
        CultureInfo.InvariantCulture,
        out value);
}
