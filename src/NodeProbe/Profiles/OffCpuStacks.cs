using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Profiles.Interpreters;
using PixieOrleans.NodeProbe.Profiles.Unwinding;

namespace PixieOrleans.NodeProbe.Profiles;

/// <summary>Where threads wait: waits from the probe, unwound and counted. Used by one thread.</summary>
internal sealed class OffCpuStacks(OffCpuProbe probe, StackUnwinder unwinder, long maxBytes)
    : IRingRecordConsumer, IDisposable
{
    private const long NsPerUs = 1000;

    private readonly ulong[] _frames = new ulong[RawSample.MaxFrames];
    private long _nowNs;
    private long _lost;
    private long _damaged; // taken from the map while another thread got its place

    /// <summary>What was waited for in this period.</summary>
    public PeriodStacks Period { get; } = new(maxBytes);

    /// <summary>Waits that were lost on the way.</summary>
    public long Losses => Volatile.Read(ref _lost);

    /// <inheritdoc cref="PythonMap.Set"/>
    public bool SetPython(uint processId, PythonPlaces? places) => probe.SetPython(processId, places);

    /// <summary>Takes the waits that have ended.</summary>
    public void Take(long nowNs)
    {
        _nowNs = nowNs;
        var self = this;
        probe.Drain(ref self);
        Volatile.Write(ref _lost, probe.CountLost() + Period.Counts.Refused + _damaged);
    }

    /// <inheritdoc/>
    public void OnRecord(ReadOnlySpan<byte> record)
    {
        if (record.Length < Unsafe.SizeOf<WaitHeader>() || !RawSample.TryRead(record, out var sample))
        {
            _damaged++;
            return;
        }

        var wait = MemoryMarshal.Read<WaitHeader>(record);
        var us = (long)(wait.DurationNs / NsPerUs) * wait.Weight;
        Period.Counts.Add(unwinder.Unwind(sample, _nowNs, _frames), wait.Weight, us);
    }

    /// <inheritdoc/>
    public void Dispose() => probe.Dispose();
}
