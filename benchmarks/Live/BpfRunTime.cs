using System.Globalization;

namespace PixieOrleans.Bench.Live;

/// <summary>
/// Time that the kernel spends in BPF programs of a process, counted while this object lives. Source: the kernel's
/// kernel/bpf/syscall.c, bpf_prog_show_fdinfo and kernel.bpf_stats_enabled.
/// </summary>
internal sealed class BpfRunTime : IDisposable
{
    private const string Switch = "/proc/sys/kernel/bpf_stats_enabled";
    private readonly string _before = File.ReadAllText(Switch);

    public BpfRunTime() => File.WriteAllText(Switch, "1");

    /// <summary>Time and runs of a process' programs of one type (BPF_PROG_TYPE_…), so far.</summary>
    public static (long Ns, long Runs) Read(int processId, int type)
    {
        var (ns, runs) = (0L, 0L);
        var seen = new HashSet<long>();
        foreach (var file in Directory.EnumerateFiles($"/proc/{processId}/fdinfo"))
        {
            var fields = Fields(file);
            if (fields.GetValueOrDefault("prog_type") == type && fields.TryGetValue("run_cnt", out var count)
                && seen.Add(fields.GetValueOrDefault("prog_id")))
            {
                ns += fields.GetValueOrDefault("run_time_ns");
                runs += count;
            }
        }

        return (ns, runs);
    }

    /// <inheritdoc/>
    public void Dispose() => File.WriteAllText(Switch, _before);

    private static Dictionary<string, long> Fields(string file)
    {
        try
        {
            return File.ReadAllLines(file)
                .Select(line => line.Split(':', 2))
                .Where(parts => parts.Length == 2)
                .Select(parts => (Name: parts[0], IsNumber: long.TryParse(
                    parts[1], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var value), value))
                .Where(field => field.IsNumber)
                .DistinctBy(field => field.Name)
                .ToDictionary(field => field.Name, field => field.value);
        }
        catch (IOException)
        {
            return []; // closed meanwhile
        }
    }
}
