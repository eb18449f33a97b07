using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

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

    /// <summary>Writes a line to a file of commands, without truncating: that would remove all. 0 or -errno.</summary>
    internal static unsafe int Append(string root, string file, string line)
    {
        const int AppendOnly = 0x80401; // O_WRONLY | O_APPEND | O_CLOEXEC
        using var opened = new KernelFdHandle(LibC.Open($"{root}/{file}", AppendOnly));
        if (opened.IsInvalid)
        {
            return -Marshal.GetLastPInvokeError();
        }

        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        fixed (byte* data = bytes)
        {
            return LibC.Write(opened.Fd, data, (nuint)bytes.Length) < 0 ? -Marshal.GetLastPInvokeError() : 0;
        }
    }
}
