using System.Globalization;

namespace PixieOrleans.NodeProbe.Profiles;

/// <summary>CPUs that run; they may come and go.</summary>
internal static class OnlineCpus
{
    private const string Source = "/sys/devices/system/cpu/online";

    /// <summary>Reads their numbers.</summary>
    /// <exception cref="IOException">sysfs is not mounted.</exception>
    public static SortedSet<int> Read() => Parse(File.ReadAllText(Source));

    /// <summary>The numbers of a list such as "0-3,8"; parts that are none are left out.</summary>
    internal static SortedSet<int> Parse(string list)
    {
        var cpus = new SortedSet<int>();
        foreach (var part in list.Trim().Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            if (TryParse(ends[0], out var first) && TryParse(ends[^1], out var last))
            {
                for (var cpu = first; cpu <= last; cpu++)
                {
                    cpus.Add(cpu);
                }
            }
        }

        return cpus;
    }

    private static bool TryParse(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
