namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>Counters in a map of type BPF_MAP_TYPE_PERCPU_ARRAY with 64-bit values.</summary>
/// <param name="owner">The loaded object that has the map.</param>
/// <param name="map">Name of the map.</param>
internal sealed class PerCpuCounters(BpfObject owner, string map)
{
    private readonly int _cpus =
        BpfException.ThrowIfNegative(LibBpf.PossibleCpus(), "libbpf_num_possible_cpus", map);

    /// <summary>A counter by CPU.</summary>
    /// <exception cref="BpfException">The map has no such counter.</exception>
    public unsafe long[] Read(uint counter)
    {
        var perCpu = new long[_cpus];
        fixed (long* values = perCpu)
        {
            BpfException.ThrowIfNegative(
                LibBpf.Lookup(owner.MapFd(map), &counter, values), "bpf_map_lookup_elem", map);
        }

        return perCpu;
    }

    /// <summary>A counter, all CPUs together.</summary>
    public long Sum(uint counter) => Read(counter).Sum();
}
