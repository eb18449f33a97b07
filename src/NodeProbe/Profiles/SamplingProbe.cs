using System.Numerics;
using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Profiles.Interpreters;

namespace PixieOrleans.NodeProbe.Profiles;

/// <summary>
/// The kernel side of the profiler: a perf event on each CPU whose program writes stacks into a ring. Used by one
/// thread.
/// </summary>
internal sealed class SamplingProbe : IDisposable
{
    private const string Program = "pxo_profile";
    private const string FramedMap = "pxo_framed_processes";
    private const int RingBytesPerCpu = 512 << 10; // 5 s of the deepest stacks at 99 Hz on average, without copies
    private const int MaxRingBytes = 64 << 20;
    private const int ExecBits = 16; // of an exec's number in the mark of a process
    private const int PageBytes = 4096;

    private readonly BpfObject _object;
    private readonly RingReader _ring;
    private readonly int _frequencyHz;
    private readonly BpfMap<uint, ulong> _framed;
    private readonly Dictionary<int, BpfLinkHandle> _cpus = [];
    private readonly PerCpuCounters _counters;

    private SamplingProbe(BpfObject opened, RingReader ring, int frequencyHz)
    {
        (_object, _ring, _frequencyHz) = (opened, ring, frequencyHz);
        _framed = new BpfMap<uint, ulong>(opened.MapFd(FramedMap), FramedMap);
        _counters = new PerCpuCounters(opened, "pxo_profile_counters");
        var cycles = PerfEvent.OpenSampling(PerfEvent.HardwareType, 0, frequencyHz, cpu: 0);
        IsHardwareTimed = !cycles.IsInvalid; // virtual machines often have no counter of cycles
        cycles.Dispose();
    }

    /// <summary>True when the CPU's cycles time the samples, also with interrupts off; else its clock does.</summary>
    public bool IsHardwareTimed { get; }

    /// <summary>CPUs that are sampled.</summary>
    public IReadOnlyCollection<int> Cpus => _cpus.Keys;

    /// <summary>Loads the program; nothing is sampled before <see cref="FollowCpus"/>.</summary>
    /// <param name="frequencyHz">Samples per second and CPU.</param>
    /// <param name="copyBytes">
    /// Bytes of its stack that a sample takes at most, up to 32 KiB; less on machines of so many CPUs that a second of
    /// samples would not fit into the ring. 0: none, the frames are those that frame pointers lead to.
    /// </param>
    /// <exception cref="BpfException">The kernel refuses; the message says what.</exception>
    public static SamplingProbe Load(int frequencyHz, int copyBytes = 0)
    {
        var cpus = LibBpf.PossibleCpus();
        var most = (MaxRingBytes / cpus / frequencyHz) & -PageBytes;
        var copied = copyBytes == 0 ? 0 : Math.Min(copyBytes, Math.Max(PageBytes, most));
        var wanted = (uint)Math.Min(MaxRingBytes, (RingBytesPerCpu + ((long)copied * frequencyHz)) * cpus);
        var ring = RingReader.Create("pxo_samples", (int)BitOperations.RoundUpToPowerOf2(wanted));
        var opened = BpfObject.Open("profile");
        try
        {
            MemoryMarshal.Write(opened.ReadOnlyData(), (uint)copied); // pxo_copy_bytes, the only setting
            opened.SetMaxEntries("pxo_sample_buffers", (uint)cpus);
            opened.UseRing("pxo_samples", ring);
            opened.Load();
            return new SamplingProbe(opened, ring, frequencyHz);
        }
        catch
        {
            opened.Dispose(); // nothing stays loaded
            ring.Dispose();
            throw;
        }
    }

    /// <summary>Samples these CPUs and no others; one that cannot be sampled now is tried again next time.</summary>
    public void FollowCpus(IReadOnlySet<int> online)
    {
        foreach (var gone in _cpus.Keys.Where(cpu => !online.Contains(cpu)).ToList())
        {
            _cpus[gone].Dispose();
            _cpus.Remove(gone);
        }

        BpfException? refused = null;
        foreach (var cpu in online.Where(cpu => !_cpus.ContainsKey(cpu)).ToList())
        {
            try
            {
                _cpus[cpu] = Sample(cpu);
            }
            catch (BpfException e) // it may have gone at this moment; when none can be sampled, the caller is told
            {
                refused = e;
            }
        }

        if (_cpus.Count == 0 && refused is not null)
        {
            throw refused;
        }
    }

    /// <summary>Hands over the samples that have come.</summary>
    public int Drain<TConsumer>(ref TConsumer consumer)
        where TConsumer : IRingRecordConsumer, allows ref struct => _ring.Drain(ref consumer, int.MaxValue);

    /// <summary>Whether frame pointers are enough for a process: no copies of its stacks are made then.</summary>
    public void SetFramed(SampledProcess process, bool isFramed)
    {
        if (isFramed)
        {
            _framed.Set(process.Tgid, (process.StartTicks << ExecBits) | (ushort)process.ExecId); // as framed_mark()
        }
        else
        {
            _framed.Remove(process.Tgid);
        }
    }

    /// <inheritdoc cref="PythonMap.Set"/>
    public bool SetPython(uint processId, PythonPlaces? places) => PythonMap.Set(_object, processId, places);

    /// <summary>A counter, all CPUs together.</summary>
    public long Count(ProfileCounter counter) => _counters.Sum((uint)counter);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var link in _cpus.Values)
        {
            link.Dispose();
        }

        _cpus.Clear();
        _object.Dispose();
        _ring.Dispose();
    }

    private BpfLinkHandle Sample(int cpu)
    {
        var type = IsHardwareTimed ? PerfEvent.HardwareType : PerfEvent.SoftwareType;
        var opened = PerfEvent.OpenSampling(type, 0, _frequencyHz, cpu);
        using var perfEvent = BpfException.ThrowIfInvalid(opened, "perf_event_open", $"cpu {cpu}");
        return BpfObject.AttachTo(perfEvent, _object.Programs.Single(p => p.Name == Program), $"cpu {cpu}");
    }
}
