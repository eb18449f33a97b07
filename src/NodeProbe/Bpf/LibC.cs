using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Bpf;

/// <summary>The functions of the C library that the Bpf folder needs.</summary>
internal static unsafe partial class LibC
{
    internal const int ProtRead = 1;
    internal const int ProtWrite = 2;
    internal const int MapShared = 1;
    internal const int SysPerfEventOpen = 298; // x86-64
    internal const int ClockBootTime = 7;
    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "mmap", SetLastError = true)]
    internal static partial nint Map(nint address, nuint bytes, int protection, int flags, int fd, long offset);

    [LibraryImport(Library, EntryPoint = "munmap", SetLastError = true)]
    internal static partial int Unmap(nint address, nuint bytes);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int fd, byte* data, nuint bytes);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int fd, byte* data, nuint bytes);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int fd);

    [LibraryImport(Library, EntryPoint = "dup", SetLastError = true)]
    internal static partial int Duplicate(int fd);

    [LibraryImport(Library, EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Mount(string source, string target, string type, ulong flags, nint data);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial int PerfEventOpen(long number, void* attributes, int pid, int cpu, int group, ulong flags);

    /// <summary>The list is what the caller's C function got as va_list (a pointer on x86-64).</summary>
    [LibraryImport(Library, EntryPoint = "vsnprintf")]
    internal static partial int Format(byte* buffer, nuint bytes, byte* format, nint list);

    [LibraryImport(Library, EntryPoint = "clock_gettime", SetLastError = true)]
    internal static partial int GetTime(int clock, long* secondsAndNanoseconds);

    /// <summary>CLOCK_BOOTTIME, the clock of events, ns.</summary>
    internal static ulong BootTimeNs()
    {
        var time = stackalloc long[2];
        return GetTime(ClockBootTime, time) == 0 ? (ulong)((time[0] * 1_000_000_000) + time[1]) : 0;
    }
}
