namespace PixieOrleans.NodeProbe;

/// <summary>Which programs serve the syscalls.</summary>
public enum SyscallHooks
{
    /// <summary>Tried in the order of their cost; the first kind that attaches is used.</summary>
    Auto,

    /// <summary>kprobes only.</summary>
    Kprobe,

    /// <summary>A tracepoint per syscall only.</summary>
    Tracepoint,

    /// <summary>One raw tracepoint for all syscalls only.</summary>
    RawTracepoint,
}
