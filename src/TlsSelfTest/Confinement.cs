using System.Globalization;
using System.Runtime.InteropServices;

namespace PixieOrleans.TlsSelfTest;

/// <summary>Takes from this process what it does not need before it runs a library's code.</summary>
internal static unsafe class Confinement
{
    private const uint Nobody = 65534; // user and group
    private const int NoNewPrivileges = 38; // PR_SET_NO_NEW_PRIVS
    private const int WriteOnly = 1; // O_WRONLY
    private const int PageBytes = 4096;
    private const uint LifeSeconds = 30; // at most, should the silo be gone

    // Resources of setrlimit (asm-generic/resource.h).
    private const int CpuTime = 0; // seconds
    private const int FileBytes = 1;
    private const int CoreBytes = 4;
    private const int OpenFiles = 7;
    private const int AddressSpace = 9; // bytes

    private const ulong MaxCpuSeconds = 5;
    private const ulong MaxOpenFiles = 64;
    private const ulong MaxLibraryBytes = 256 << 20; // of memory, more than the runtime has

    /// <summary>Becomes nobody, without a way back, with limits and without standard error.</summary>
    /// <exception cref="InvalidOperationException">The process may not: the silo is not root.</exception>
    public static void Enter()
    {
        _ = LibC.Alarm(LifeSeconds);
        Check(LibC.DuplicateTo(Check(LibC.Open("/dev/null", WriteOnly), "open"), 2), "dup2");
        Limit(CpuTime, MaxCpuSeconds);
        Limit(FileBytes, 0);
        Limit(CoreBytes, 0);
        Limit(OpenFiles, MaxOpenFiles);
        Limit(AddressSpace, MappedBytes() + MaxLibraryBytes);
        Check(LibC.Control(NoNewPrivileges, 1, 0, 0, 0), "prctl");
        Check(LibC.SetGroups(0, null), "setgroups");
        Check(LibC.SetGroup(Nobody, Nobody, Nobody), "setresgid");
        Check(LibC.SetUser(Nobody, Nobody, Nobody), "setresuid");
    }

    private static ulong MappedBytes()
    {
        var pages = File.ReadAllText("/proc/self/statm").Split(' ')[0];
        return ulong.Parse(pages, CultureInfo.InvariantCulture) * PageBytes;
    }

    private static void Limit(int resource, ulong limit)
    {
        var softAndHard = stackalloc ulong[] { limit, limit };
        Check(LibC.SetLimit(resource, softAndHard), "setrlimit");
    }

    private static int Check(int result, string call) => result >= 0
        ? result
        : throw new InvalidOperationException($"{call} failed with errno {Marshal.GetLastPInvokeError()}: it takes "
            + "root to become nobody.");
}
