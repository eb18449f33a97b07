using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>Folders of the cgroup v2 hierarchy, as BPF maps take them: by descriptor.</summary>
internal static class Cgroup
{
    private const int OpenFolder = 0x90000; // O_DIRECTORY | O_CLOEXEC, read only

    /// <summary>Opens a folder, given whole or below the mount.</summary>
    internal static KernelFdHandle Open(string folder)
    {
        var mount = FindMount();
        var path = folder.StartsWith(mount, StringComparison.Ordinal) ? folder : $"{mount}/{folder.Trim('/')}";
        var fd = LibC.Open(path, OpenFolder);
        return fd >= 0 ? new KernelFdHandle(fd) : throw BpfException.Of("open", path, Marshal.GetLastPInvokeError());
    }

    private static string FindMount()
    {
        foreach (var line in File.ReadLines("/proc/self/mounts"))
        {
            var fields = line.Split(' ');
            if (fields[2] == "cgroup2")
            {
                return fields[1];
            }
        }

        throw new InvalidOperationException("no cgroup v2 is mounted");
    }
}
