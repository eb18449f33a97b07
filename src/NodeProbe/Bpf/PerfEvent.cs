namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>Opens perf events on all processes; a BPF program attached to one runs on every CPU.</summary>
internal static unsafe class PerfEvent
{
    /// <summary>PERF_TYPE_TRACEPOINT: config is the number of an event of the tracing file system.</summary>
    internal const uint TracepointType = 2;

    /// <summary>PERF_TYPE_HARDWARE; of it, 0 counts the cycles of the CPU.</summary>
    internal const uint HardwareType = 0;

    /// <summary>PERF_TYPE_SOFTWARE; of it, 0 is the clock of the CPU.</summary>
    internal const uint SoftwareType = 1;

    private const int AttributeBytes = 128;
    private const ulong CloseOnExec = 8;
    private const ulong IsFrequency = 1 << 10; // struct perf_event_attr, bit freq

    /// <summary>Opens an event; an invalid handle sets errno.</summary>
    /// <param name="type">Type of the event: a number of the kernel, or of a PMU in sysfs.</param>
    /// <param name="config">What the type makes of it.</param>
    /// <param name="config1">What the type makes of it.</param>
    /// <param name="config2">What the type makes of it.</param>
    internal static KernelFdHandle Open(uint type, ulong config, ulong config1, ulong config2 = 0)
    {
        var attributes = stackalloc ulong[AttributeBytes / sizeof(ulong)]; // struct perf_event_attr
        attributes[0] = type | ((ulong)AttributeBytes << 32);
        attributes[1] = config;
        attributes[7] = config1;
        attributes[8] = config2;
        return Open(attributes, cpu: 0);
    }

    /// <summary>Opens an event that samples one CPU so many times a second; an invalid handle sets errno.</summary>
    internal static KernelFdHandle OpenSampling(uint type, ulong config, int frequencyHz, int cpu)
    {
        var attributes = stackalloc ulong[AttributeBytes / sizeof(ulong)];
        attributes[0] = type | ((ulong)AttributeBytes << 32);
        attributes[1] = config;
        attributes[2] = (ulong)frequencyHz;
        attributes[5] = IsFrequency;
        return Open(attributes, cpu);
    }

    private static KernelFdHandle Open(ulong* attributes, int cpu) =>
        new(LibC.PerfEventOpen(LibC.SysPerfEventOpen, attributes, -1, cpu, -1, CloseOnExec));
}
