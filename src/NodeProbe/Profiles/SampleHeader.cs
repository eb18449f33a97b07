using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Profiles;

/// <summary>struct pxo_sample, 32 bytes; the addresses follow, of user space first, innermost frames first.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_sample")]
internal struct SampleHeader
{
    /// <summary>CLOCK_BOOTTIME, ns.</summary>
    public ulong TimestampNs;

    /// <summary>Start of the process, 10 ms since boot.</summary>
    public ulong StartTicks;

    /// <summary>The process.</summary>
    public uint Tgid;

    /// <summary>Bytes of the user part.</summary>
    public uint UserBytes;

    /// <summary>Bytes of the kernel part.</summary>
    public uint KernelBytes;

    /// <summary>Zero.</summary>
    public uint Pad;
}

/// <summary>Counters of bpf/profile/profile.bpf.c, by number.</summary>
internal enum ProfileCounter
{
    /// <summary>Samples taken; an idle CPU gives none.</summary>
    Samples = 0,

    /// <summary>Samples that found the ring full.</summary>
    SamplesLost = 1,
}
