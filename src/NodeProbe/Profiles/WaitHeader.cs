using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Profiles;

/// <summary>struct pxo_wait, 128 bytes: a sample whose header has grown; its time is the begin of the wait.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_wait")]
internal struct WaitHeader
{
    /// <summary>The thread and its stacks.</summary>
    public SampleHeader Sample;

    /// <summary>Time off the CPU, ns.</summary>
    public ulong DurationNs;

    /// <summary>Waits that this one stands for.</summary>
    public uint Weight;

    /// <summary>Zero.</summary>
    public uint Pad;
}

/// <summary>Counters of bpf/profile/offcpu.bpf.c, by number.</summary>
internal enum WaitCounter
{
    /// <summary>Stacks of threads that left their CPU.</summary>
    WaitsTaken = 0,

    /// <summary>Of these, threads that came back.</summary>
    WaitsReturned = 1,

    /// <summary>Waits that found the ring full.</summary>
    WaitsLost = 2,
}
