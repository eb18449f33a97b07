using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Profiles.Unwinding;

namespace PixieOrleans.NodeProbe.Profiles;

/// <summary>
/// struct pxo_sample, 112 bytes; at <see cref="HeaderBytes"/> follow the addresses of the user part, those of the
/// kernel part and of Python, innermost frames first, and a copy of the user stack from its pointer on.
/// </summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_sample")]
internal struct SampleHeader
{
    /// <summary>CLOCK_BOOTTIME, ns.</summary>
    public ulong TimestampNs;

    /// <summary>Start of the process, 10 ms since boot.</summary>
    public ulong StartTicks;

    /// <summary>Bytes of this struct as the kernel part has it: more than here when it has grown.</summary>
    public uint HeaderBytes;

    /// <summary>The process.</summary>
    public uint Tgid;

    /// <summary>The thread.</summary>
    public uint Tid;

    /// <summary>Grows with each exec.</summary>
    public uint ExecId;

    /// <summary>Bytes of the user part.</summary>
    public uint UserBytes;

    /// <summary>Bytes of the kernel part.</summary>
    public uint KernelBytes;

    /// <summary>Bytes of the copy of the user stack.</summary>
    public uint StackBytes;

    /// <summary>Bytes of the frames of Python.</summary>
    public uint PythonBytes;

    /// <summary>User registers.</summary>
    public SampleRegisters Registers;

    /// <summary>The process.</summary>
    public readonly SampledProcess Process => new(Tgid, StartTicks, ExecId);
}

/// <summary>struct pxo_registers: of user space, at the sample or the entry into the kernel; zero for none.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_registers")]
internal struct SampleRegisters
{
    /// <summary>rip.</summary>
    public ulong Pc;

    /// <summary>rsp.</summary>
    public ulong Sp;

    /// <summary>rbp.</summary>
    public ulong Bp;

    /// <summary>rbx.</summary>
    public ulong Bx;

    /// <summary>r12.</summary>
    public ulong R12;

    /// <summary>r13.</summary>
    public ulong R13;

    /// <summary>r14.</summary>
    public ulong R14;

    /// <summary>r15.</summary>
    public ulong R15;

    /// <summary>Where a walk begins.</summary>
    public readonly RegisterValues ToValues()
    {
        var values = default(RegisterValues);
        values.Set(DwarfRegister.Pc, Pc);
        values.Set(DwarfRegister.Sp, Sp);
        values.Set(DwarfRegister.Bp, Bp);
        values.Set(DwarfRegister.Bx, Bx);
        values.Set(DwarfRegister.R12, R12);
        values.Set(DwarfRegister.R12 + 1, R13);
        values.Set(DwarfRegister.R12 + 2, R14);
        values.Set(DwarfRegister.R12 + 3, R15);
        return values;
    }
}

/// <summary>Counters of bpf/profile/profile.bpf.c, by number.</summary>
internal enum ProfileCounter
{
    /// <summary>Samples taken; an idle CPU gives none.</summary>
    Samples = 0,

    /// <summary>Samples that found the ring full.</summary>
    SamplesLost = 1,
}
