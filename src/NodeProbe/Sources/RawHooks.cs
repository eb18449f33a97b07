using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.NodeProbe.Sources;

/// <summary>Attaches programs to raw tracepoints, and reports where.</summary>
internal static class RawHooks
{
    private const string Prefix = "raw_tp/";

    /// <summary>Attaches a program where its section says.</summary>
    /// <exception cref="BpfException">The kernel has no such tracepoint, and it is not optional.</exception>
    public static HookReport Attach(BpfObject loaded, BpfProgram program, bool isOptional)
    {
        var name = program.Section.StartsWith(Prefix, StringComparison.Ordinal)
            ? program.Section[Prefix.Length..]
            : program.Section;
        try
        {
            loaded.Attach(program);
            return new HookReport(name, HookKind.RawTracepoint, true, null);
        }
        catch (BpfException e) when (isOptional) // an older kernel: the source does without, and says so
        {
            return new HookReport(name, HookKind.RawTracepoint, false, e.Message);
        }
    }
}
