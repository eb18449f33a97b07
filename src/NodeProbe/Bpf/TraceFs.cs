using System.Globalization;
using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>The kernel's tracing file system, mounted when it is not.</summary>
internal static class TraceFs
{
    private const string Root = "/sys/kernel/tracing";
    private const string OldRoot = "/sys/kernel/debug/tracing"; // preferred by libbpf when present

    /// <summary>Folder of the mounted file system; null with the reason when there is none.</summary>
    internal static string? Find(out string reason)
    {
        reason = string.Empty;
        foreach (var root in new[] { Root, OldRoot })
        {
            if (Directory.Exists($"{root}/events"))
            {
                return root;
            }
        }

        if (!Directory.Exists(Root))
        {
            reason = $"{Root} does not exist: the kernel has no tracing";
            return null;
        }

        if (LibC.Mount("tracefs", Root, "tracefs", 0, 0) == 0 && Directory.Exists($"{Root}/events"))
        {
            return Root;
        }

        reason = $"mount(tracefs, {Root}): {Marshal.GetLastPInvokeErrorMessage()}";
        return null;
    }

    /// <summary>Number of an event ("syscalls/sys_exit_read"); null when the kernel has no such event.</summary>
    internal static int? EventId(string root, string name)
    {
        var path = $"{root}/events/{name}/id";
        return File.Exists(path) ? int.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture) : null;
    }
}
