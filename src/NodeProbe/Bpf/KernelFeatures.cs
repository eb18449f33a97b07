using System.Globalization;
using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>Finds out by trying what the probes may use; never by the kernel's version.</summary>
internal static class KernelFeatures
{
    private const uint RingBufferMap = 27;
    private const uint TracepointProgram = 5;
    private const uint TaskPtRegsHelper = 175;
    private const uint TaskBtfHelper = 158;
    private const string KprobeSource = "/sys/bus/event_source/devices/kprobe/type";

    /// <summary>Tries all features.</summary>
    internal static IReadOnlyList<CapabilityReport> Probe()
    {
        BpfLog.Install();
        return
        [
            Btf(),
            FromLibBpf("ringbuf", LibBpf.ProbeMapType(RingBufferMap, 0)),
            FromLibBpf("bpf_task_pt_regs", LibBpf.ProbeHelper(TracepointProgram, TaskPtRegsHelper, 0)),
            FromLibBpf("bpf_get_current_task_btf", LibBpf.ProbeHelper(TracepointProgram, TaskBtfHelper, 0)),
            TracingFileSystem(),
            SyscallTracepoints(),
            Kprobes(),
        ];
    }

    private static CapabilityReport Btf() =>
        File.Exists("/sys/kernel/btf/vmlinux")
            ? Supported("btf")
            : Unsupported("btf", "no /sys/kernel/btf/vmlinux: CONFIG_DEBUG_INFO_BTF is off");

    private static CapabilityReport Supported(string name) => new(name, CapabilityState.Supported, null);

    private static CapabilityReport Unsupported(string name, string reason) =>
        new(name, CapabilityState.Unsupported, reason);

    private static CapabilityReport Unknown(string name, string reason) => new(name, CapabilityState.Unknown, reason);

    private static CapabilityReport FromLibBpf(string name, int result) => result switch
    {
        1 => Supported(name),
        0 => Unsupported(name, "the kernel refused it"),
        _ => Unknown(name, $"libbpf could not tell: {Marshal.GetPInvokeErrorMessage(-result)}"),
    };

    private static CapabilityReport TracingFileSystem() =>
        TraceFs.Find(out var reason) != null
            ? Supported("tracefs")
            : Unsupported("tracefs", reason);

    private static CapabilityReport SyscallTracepoints()
    {
        const string Name = "syscall tracepoints";
        var root = TraceFs.Find(out var reason);
        if (root == null)
        {
            return Unknown(Name, reason);
        }

        return TraceFs.EventId(root, "syscalls/sys_exit_write") != null
            ? Supported(Name)
            : Unsupported(Name, "no event syscalls/sys_exit_write: CONFIG_FTRACE_SYSCALLS is off");
    }

    /// <summary>Opens (and closes) a kretprobe on a harmless function.</summary>
    private static CapabilityReport Kprobes()
    {
        const string Name = "kprobes";
        if (!File.Exists(KprobeSource))
        {
            return Unsupported(Name, $"no {KprobeSource}: CONFIG_KPROBE_EVENTS is off");
        }

        var type = uint.Parse(File.ReadAllText(KprobeSource), CultureInfo.InvariantCulture);
        var function = Marshal.StringToCoTaskMemUTF8("__x64_sys_getppid");
        using var opened = PerfEvent.Open(type, config: 1 /* on return */, config1: (ulong)function);
        var errno = Marshal.GetLastPInvokeError();
        Marshal.FreeCoTaskMem(function);
        return opened.IsInvalid
            ? Unknown(Name, $"perf_event_open: {Marshal.GetPInvokeErrorMessage(errno)}")
            : Supported(Name);
    }
}
