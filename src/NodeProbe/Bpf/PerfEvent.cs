namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>Opens perf events on all processes; a BPF program attached to one runs on every CPU.</summary>
internal static unsafe class PerfEvent
{
    /// <summary>PERF_TYPE_TRACEPOINT: config is the number of an event of the tracing file system.</summary>
    internal const uint TracepointType = 2;

    private const int AttributeBytes = 128;
    private const ulong CloseOnExec = 8;

    /// <summary>Opens an event; an invalid handle sets errno.</summary>
    /// <param name="type">Type of the event: a number of the kernel, or of a PMU in sysfs.</param>
    /// <param name="config">What the type makes of it.</param>
    /// <param name="config1">What the type makes of it.</param>
    internal static KernelFdHandle Open(uint type, ulong config, ulong config1)
    {
        var attributes = stackalloc ulong[AttributeBytes / sizeof(ulong)]; // struct perf_event_attr
        attributes[0] = type | ((ulong)AttributeBytes << 32);
        attributes[1] = config;
        attributes[7] = config1;
        return new KernelFdHandle(LibC.PerfEventOpen(LibC.SysPerfEventOpen, attributes, -1, 0, -1, CloseOnExec));
    }
}
