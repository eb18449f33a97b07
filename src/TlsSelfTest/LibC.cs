using System.Runtime.InteropServices;

namespace PixieOrleans.TlsSelfTest;

/// <summary>Functions of the C library; each is 0 or more, or -1 with errno.</summary>
internal static unsafe partial class LibC
{
    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int fd, byte* data, nuint bytes);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int fd, byte* data, nuint bytes);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "dup2", SetLastError = true)]
    internal static partial int DuplicateTo(int from, int to);

    /// <summary>Ends the process at once: no destructor of a library runs.</summary>
    [LibraryImport(Library, EntryPoint = "_exit")]
    internal static partial void Exit(int code);

    /// <summary>SIGALRM, which ends the process, after so many seconds.</summary>
    [LibraryImport(Library, EntryPoint = "alarm")]
    internal static partial uint Alarm(uint seconds);

    [LibraryImport(Library, EntryPoint = "prctl", SetLastError = true)]
    internal static partial int Control(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport(Library, EntryPoint = "setrlimit", SetLastError = true)]
    internal static partial int SetLimit(int resource, ulong* softAndHard);

    [LibraryImport(Library, EntryPoint = "setgroups", SetLastError = true)]
    internal static partial int SetGroups(nuint count, uint* groups);

    [LibraryImport(Library, EntryPoint = "setresgid", SetLastError = true)]
    internal static partial int SetGroup(uint real, uint effective, uint saved);

    [LibraryImport(Library, EntryPoint = "setresuid", SetLastError = true)]
    internal static partial int SetUser(uint real, uint effective, uint saved);
}
