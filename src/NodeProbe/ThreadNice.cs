using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe;

/// <summary>How eagerly the scheduler runs a thread; setpriority(2).</summary>
internal static partial class ThreadNice
{
    private const int Process = 0; // PRIO_PROCESS: on Linux a thread
    private const uint CallingThread = 0;

    /// <summary>Sets the nice value of the calling thread; refused, it runs on as the process does.</summary>
    public static void Set(int nice) => _ = SetPriority(Process, CallingThread, nice);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int nice);
}
