using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Clock;

/// <summary>
/// Turns the kernel's CLOCK_BOOTTIME into ns since 1970. The offset between both is read again by
/// <see cref="Anchor"/>, so that a step of the wall clock shows within seconds.
/// </summary>
internal sealed partial class BootClock
{
    private const int ClockRealtime = 0;
    private const int ClockThreadCpuTime = 3;
    private const int ClockBoottime = 7;
    private const int Attempts = 5; // the reading with the least time between its two halves counts

    private readonly Func<(long RealtimeNs, long BoottimeNs)> _read;
    private long _offsetNs;

    /// <summary>Reads the system's clocks.</summary>
    public BootClock()
        : this(ReadClocks)
    {
    }

    /// <summary>Reads the given clocks.</summary>
    internal BootClock(Func<(long RealtimeNs, long BoottimeNs)> read)
    {
        _read = read;
        Anchor();
    }

    /// <summary>Now, in ns since 1970.</summary>
    public long NowNs => _read().RealtimeNs;

    /// <summary>A kernel time in ns since 1970.</summary>
    public long ToUnixNs(ulong boottimeNs) => (long)boottimeNs + Volatile.Read(ref _offsetNs);

    /// <summary>Reads the offset again.</summary>
    public void Anchor()
    {
        var (realtimeNs, boottimeNs) = _read();
        Volatile.Write(ref _offsetNs, realtimeNs - boottimeNs);
    }

    /// <summary>CPU time of the calling thread in ns.</summary>
    public static long ThreadCpuNs() => Read(ClockThreadCpuTime);

    private static (long RealtimeNs, long BoottimeNs) ReadClocks()
    {
        var best = (Gap: long.MaxValue, Realtime: 0L, Boottime: 0L);
        for (var i = 0; i < Attempts; i++)
        {
            var before = Read(ClockBoottime);
            var realtime = Read(ClockRealtime);
            var after = Read(ClockBoottime);
            if (after - before < best.Gap)
            {
                best = (after - before, realtime, before + ((after - before) / 2));
            }
        }

        return (best.Realtime, best.Boottime);
    }

    private static long Read(int clock)
    {
        if (GetTime(clock, out var time) != 0)
        {
            throw new InvalidOperationException(
                $"clock_gettime({clock}) failed with errno {Marshal.GetLastPInvokeError()}.");
        }

        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out TimeSpec time);

    /// <summary>struct timespec of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);
}
