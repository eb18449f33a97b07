using System.Globalization;
using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>Places programs at code of files, for all processes that map them now or later.</summary>
internal static class UserProbes
{
    private const string TypeFile = "/sys/bus/event_source/devices/uprobe/type";
    private const string ReturnBitFile = "/sys/bus/event_source/devices/uprobe/format/retprobe"; // "config:0"
    private static readonly Lazy<(uint Type, ulong ReturnBit)> Source = new(ReadSource);

    /// <summary>Attaches a program; detached with the link.</summary>
    /// <param name="program">A program of kind kprobe.</param>
    /// <param name="path">Opens the file now; the probe stays with the file, whatever becomes of the path.</param>
    /// <param name="offset">Place in the file.</param>
    /// <param name="onReturn">Runs when the function that begins there returns.</param>
    internal static unsafe BpfLinkHandle Attach(BpfProgram program, string path, ulong offset, bool onReturn)
    {
        var (type, returnBit) = Source.Value;
        var subject = string.Create(CultureInfo.InvariantCulture, $"uprobe {path}+0x{offset:x}");
        var name = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            var opened = PerfEvent.Open(type, onReturn ? returnBit : 0, (ulong)name, offset);
            using var perfEvent = BpfException.ThrowIfInvalid(opened, "perf_event_open", subject);
            BpfLog.Clear();
            var link = LibBpf.AttachPerfEvent(program.Pointer, perfEvent.Fd);
            BpfException.ThrowIfInvalid(link, "bpf_program__attach_perf_event", subject);
            perfEvent.SetHandleAsInvalid(); // the link's from now on
            return link;
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }
    }

    private static (uint Type, ulong ReturnBit) ReadSource()
    {
        try
        {
            var type = uint.Parse(File.ReadAllText(TypeFile), CultureInfo.InvariantCulture);
            var bit = File.ReadAllText(ReturnBitFile).Trim()["config:".Length..];
            return (type, 1UL << int.Parse(bit, CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            throw BpfException.Of("open", TypeFile, 2, "CONFIG_UPROBE_EVENTS is off: no user probes");
        }
    }
}
