using System.Numerics;
using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Profiles.Interpreters;

namespace PixieOrleans.NodeProbe.Profiles;

/// <summary>
/// The kernel side of off-CPU profiles: a program at every switch of threads, which keeps the stack of the one that
/// leaves and writes it into a ring when that returns. Used by one thread.
/// </summary>
internal sealed class OffCpuProbe : IDisposable
{
    private const int RingBytesPerCpu = 8 << 20;
    private const int MinBytesPerWindow = 32 << 10;
    private const int MaxRingBytes = 64 << 20;
    private const int MostCopied = 8 << 10; // bytes of a stack; a thread that waits is in a library call, not deep
    private const int WindowsPerSecond = 10;

    private readonly BpfObject _object;
    private readonly RingReader _ring;
    private readonly PerCpuCounters _counters;

    private OffCpuProbe(BpfObject opened, RingReader ring) =>
        (_object, _ring, _counters) = (opened, ring, new PerCpuCounters(opened, "pxo_wait_counters"));

    /// <summary>Threads whose stacks are kept, 16 KiB each in the kernel.</summary>
    public const int MaxThreads = 2048;

    /// <summary>Stacks that a CPU takes a second; of more switches some by chance, which count for all.</summary>
    public const int StacksPerSecond = 2000;

    /// <summary>Loads and attaches the program.</summary>
    /// <param name="minWait">Shorter waits are left out.</param>
    /// <param name="copyBytes">As of <see cref="SamplingProbe.Load"/>, but at most 8 KiB.</param>
    /// <param name="drainMs">Time between two calls of <see cref="Drain"/>; the ring holds twice of it.</param>
    /// <exception cref="BpfException">The kernel refuses; the message says what.</exception>
    public static OffCpuProbe Start(TimeSpan minWait, int copyBytes, int drainMs)
    {
        var cpus = LibBpf.PossibleCpus();
        var wanted = (uint)Math.Min(MaxRingBytes, (long)RingBytesPerCpu * cpus);
        var ring = RingReader.Create("pxo_wait_samples", (int)BitOperations.RoundUpToPowerOf2(wanted));
        var windows = (long)cpus * WindowsPerSecond * Math.Max(1000, 2 * drainMs) / 1000; // that share the ring
        var opened = BpfObject.Open("offcpu");
        try
        {
            MemoryMarshal.Write(opened.ReadOnlyData(), new OffCpuSettings
            {
                CopyBytes = (uint)Math.Min(copyBytes, MostCopied),
                MinWaitNs = (ulong)minWait.Ticks * TimeSpan.NanosecondsPerTick,
                WaitsPerWindow = StacksPerSecond / WindowsPerSecond,
                BytesPerWindow = (uint)Math.Max(MinBytesPerWindow, wanted / windows),
            });
            opened.SetMaxEntries("pxo_waiting_threads", MaxThreads);
            opened.UseRing("pxo_wait_samples", ring);
            opened.Load();
            opened.Attach(opened.Programs.Single());
            return new OffCpuProbe(opened, ring);
        }
        catch
        {
            opened.Dispose(); // nothing stays loaded
            ring.Dispose();
            throw;
        }
    }

    /// <summary>Hands over the waits that have ended.</summary>
    public int Drain<TConsumer>(ref TConsumer consumer)
        where TConsumer : IRingRecordConsumer, allows ref struct => _ring.Drain(ref consumer, int.MaxValue);

    /// <inheritdoc cref="PythonMap.Set"/>
    public bool SetPython(uint processId, PythonPlaces? places) => PythonMap.Set(_object, processId, places);

    /// <summary>
    /// Waits that found the ring full, and those of threads whose stacks were forgotten for others, as far as these
    /// are certain: a thread that still waits is not counted.
    /// </summary>
    public long CountLost()
    {
        var missing = Count(WaitCounter.WaitsTaken) - Count(WaitCounter.WaitsReturned) - MaxThreads;
        return Count(WaitCounter.WaitsLost) + Math.Max(0, missing);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _object.Dispose();
        _ring.Dispose();
    }

    private long Count(WaitCounter counter) => _counters.Sum((uint)counter);

    /// <summary>The read-only data of bpf/profile/offcpu.bpf.c.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = sizeof(uint))] // no padding at its end
    private struct OffCpuSettings
    {
        public uint CopyBytes;
        public uint Pad;
        public ulong MinWaitNs;
        public uint WaitsPerWindow;
        public uint BytesPerWindow;
    }
}
