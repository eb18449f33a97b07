using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Processes;

/// <summary>struct pxo_io_uring_use of bpf/host/iouring.h.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_io_uring_use")]
internal struct IoUringUse
{
    /// <summary>Start of the process since boot, ns.</summary>
    public ulong StartNs;

    /// <summary>Rings set up since the tracer runs.</summary>
    public ulong Rings;

    /// <summary>Calls that only sockets have.</summary>
    public ulong SocketCalls;

    /// <summary>Other calls.</summary>
    public ulong OtherCalls;
}
