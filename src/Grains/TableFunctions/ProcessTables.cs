using System.Globalization;
using PixieOrleans.Exec.TableFunctions;

namespace PixieOrleans.Grains.TableFunctions;

/// <summary>Rows of files in /proc that describe the silo's process; source: proc(5).</summary>
internal static class ProcessTables
{
    private const long BytesPerKb = 1024;

    private static readonly string[] StatusKeys =
    [
        "VmPeak", "VmSize", "VmLck", "VmPin", "VmHWM", "VmRSS", "RssAnon", "RssFile", "RssShmem", "VmData", "VmStk",
        "VmExe", "VmLib", "VmPTE", "VmSwap", "HugetlbPages", "voluntary_ctxt_switches", "nonvoluntary_ctxt_switches",
    ];

    private static readonly string[] MapKeys =
    [
        "Size", "KernelPageSize", "MMUPageSize", "Rss", "Pss", "Shared_Clean", "Shared_Dirty", "Private_Clean",
        "Private_Dirty", "Referenced", "Anonymous", "LazyFree", "AnonHugePages", "ShmemPmdMapped", "FilePmdMapped",
        "Shared_Hugetlb", "Private_Hugetlb", "Swap", "SwapPss", "Locked",
    ];

    /// <summary>Adds the one row of /proc/PID/status; what this kernel does not tell is 0.</summary>
    public static void AddStatus(uint asid, IEnumerable<string> lines, TableRows rows)
    {
        var values = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (TryReadValue(line, out var key, out var value))
            {
                values[key] = value;
            }
        }

        rows.Add([(long)asid, .. StatusKeys.Select(key => (object)values.GetValueOrDefault(key))]);
    }

    /// <summary>Adds one row per mapping of /proc/PID/smaps.</summary>
    public static void AddMaps(uint asid, IEnumerable<string> lines, TableRows rows)
    {
        string[]? head = null;
        var values = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (TryReadValue(line, out var key, out var value))
            {
                values[key] = value;
            }
            else if (IsHead(line, out var next))
            {
                AddMap(asid, head, values, rows);
                head = next;
                values.Clear();
            }
        }

        AddMap(asid, head, values, rows);
    }

    private static void AddMap(uint asid, string[]? head, Dictionary<string, long> values, TableRows rows)
    {
        if (head is not null)
        {
            rows.Add([
                (long)asid, head[0], head[2], head.Length > 5 ? head[5] : "",
                .. MapKeys.Select(key => (object)values.GetValueOrDefault(key))]);
        }
    }

    // "7f0c-7f0d r-xp 00001000 08:01 1234   /lib/x.so"
    private static bool IsHead(string line, out string[] parts)
    {
        parts = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Length >= 5 && parts[0].Contains('-', StringComparison.Ordinal);
    }

    // "VmPeak:   123 kB", or a number without a unit.
    private static bool TryReadValue(string line, out string key, out long value)
    {
        (key, value) = ("", 0);
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || line.AsSpan(0, colon).Contains(' '))
        {
            return false;
        }

        var text = line.AsSpan(colon + 1).Trim();
        var isKb = text.EndsWith(" kB", StringComparison.Ordinal);
        text = isKb ? text[..^3].Trim() : text;
        key = line[..colon];
        var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        value = isKb ? value * BytesPerKb : value;
        return isNumber;
    }
}
