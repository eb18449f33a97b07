using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Processes;

/// <summary>struct pxo_task of bpf/host/tasks.h: a thread; the leader's counts the ended ones, too.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_task")]
internal struct TaskRecord
{
    /// <summary>The process.</summary>
    public uint Tgid;

    /// <summary>
    /// The thread; equal to <see cref="Tgid"/>: its leader, whose <see cref="ProcessRecord"/> follows.
    /// </summary>
    public uint Pid;

    /// <summary>User time, counted in timer ticks.</summary>
    public ulong UserNs;

    /// <summary>Kernel time, counted in timer ticks.</summary>
    public ulong KernelNs;

    /// <summary>Both, exact.</summary>
    public ulong RuntimeNs;

    /// <summary>Page faults without a read.</summary>
    public ulong MinorFaults;

    /// <summary>Page faults with a read.</summary>
    public ulong MajorFaults;

    /// <summary>Through read calls.</summary>
    public ulong RcharBytes;

    /// <summary>Through write calls.</summary>
    public ulong WcharBytes;

    /// <summary>From storage.</summary>
    public ulong ReadBytes;

    /// <summary>To storage.</summary>
    public ulong WriteBytes;

    /// <summary>Adds another thread of the same process.</summary>
    public void Add(in TaskRecord other)
    {
        UserNs += other.UserNs;
        KernelNs += other.KernelNs;
        RuntimeNs += other.RuntimeNs;
        MinorFaults += other.MinorFaults;
        MajorFaults += other.MajorFaults;
        RcharBytes += other.RcharBytes;
        WcharBytes += other.WcharBytes;
        ReadBytes += other.ReadBytes;
        WriteBytes += other.WriteBytes;
    }

    /// <summary>
    /// Never less than before: a thread that ends while the others are read is in neither sum for a moment.
    /// </summary>
    public void AtLeast(in TaskRecord before)
    {
        UserNs = Math.Max(UserNs, before.UserNs);
        KernelNs = Math.Max(KernelNs, before.KernelNs);
        RuntimeNs = Math.Max(RuntimeNs, before.RuntimeNs);
        MinorFaults = Math.Max(MinorFaults, before.MinorFaults);
        MajorFaults = Math.Max(MajorFaults, before.MajorFaults);
        RcharBytes = Math.Max(RcharBytes, before.RcharBytes);
        WcharBytes = Math.Max(WcharBytes, before.WcharBytes);
        ReadBytes = Math.Max(ReadBytes, before.ReadBytes);
        WriteBytes = Math.Max(WriteBytes, before.WriteBytes);
    }
}

/// <summary>16 bytes of a program's name, ended by a zero byte.</summary>
[InlineArray(16)]
internal struct CommBytes
{
    private byte _first;
}

/// <summary>struct pxo_process of bpf/host/tasks.h.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_process")]
internal struct ProcessRecord
{
    /// <summary>Start since boot, ns.</summary>
    public ulong StartNs;

    /// <summary>Mapped.</summary>
    public ulong VirtualPages;

    /// <summary>In memory.</summary>
    public ulong ResidentPages;

    /// <summary>Its parent.</summary>
    public uint Parent;

    /// <summary>Threads now.</summary>
    public uint Threads;

    /// <summary>Inode number of its network namespace; 0 while it ends, or hidden.</summary>
    public uint NetNamespace;

    /// <summary>Inode number of its mount namespace; 0 while it ends, or hidden.</summary>
    public uint MountNamespace;

    /// <summary>Its number in its own pid namespace.</summary>
    public uint InnerPid;

    /// <summary>Zero.</summary>
    public uint Pad;

    /// <summary>Name of the program.</summary>
    public CommBytes Comm;
}
