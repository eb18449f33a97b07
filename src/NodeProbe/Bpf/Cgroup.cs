using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>Cgroup v2 folders as BPF programs know them: by id and depth.</summary>
internal static unsafe partial class Cgroup
{
    private const int AtCurrentFolder = -100;
    private const int IdBytes = 8;

    /// <summary>Id and depth (the mount's root is 0) of a folder, given whole or below the mount.</summary>
    internal static (ulong Id, uint Level) Find(string folder)
    {
        var mount = FindMount();
        var path = folder.StartsWith(mount, StringComparison.Ordinal) ? folder : $"{mount}/{folder.Trim('/')}";
        var level = (uint)path[mount.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries).Length;
        return (ReadId(path), level);
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

    /// <summary>The id is the folder's file handle (name_to_handle_at(2)), 8 bytes.</summary>
    private static ulong ReadId(string path)
    {
        var handle = stackalloc uint[2 + (IdBytes / sizeof(uint))]; // struct file_handle: bytes, type, then the handle
        handle[0] = IdBytes;
        int mountId;
        if (NameToHandle(AtCurrentFolder, path, handle, &mountId, 0) != 0)
        {
            throw BpfException.Of("name_to_handle_at", path, Marshal.GetLastPInvokeError());
        }

        return *(ulong*)(handle + 2);
    }

    [LibraryImport("libc", EntryPoint = "name_to_handle_at", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NameToHandle(int folder, string path, void* handle, int* mountId, int flags);
}
