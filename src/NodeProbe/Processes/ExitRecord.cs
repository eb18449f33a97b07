using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Processes;

/// <summary>struct pxo_exit of bpf/host/exits.h: a process that has ended.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_exit")]
internal struct ExitRecord
{
    /// <summary>When it ended, CLOCK_BOOTTIME.</summary>
    public ulong TimeNs;

    /// <summary>When it started, since boot.</summary>
    public ulong StartNs;

    /// <summary>Process id.</summary>
    public uint Tgid;

    /// <summary>As wait(2) gives it: exit code &lt;&lt; 8, or signal.</summary>
    public uint Status;

    /// <summary>Name of the program.</summary>
    public CommBytes Comm;
}
