using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>Counters of a .NET process: sums since the session began, and what is now.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct DotnetCounters
{
    private const double BytesPerMb = 1e6;
    private const double NsPerMs = 1e6;

    /// <summary>Collections of generation 0 and above.</summary>
    public double Gen0Gcs;

    /// <summary>Collections of generation 1 and above.</summary>
    public double Gen1Gcs;

    /// <summary>Collections of generation 2.</summary>
    public double Gen2Gcs;

    /// <summary>Paused by collections, ns; 0 before .NET 8, which tells it first.</summary>
    public double GcPauseNs;

    /// <summary>Allocated, bytes.</summary>
    public double AllocatedBytes;

    /// <summary>Heap in use now, bytes.</summary>
    public double HeapBytes;

    /// <summary>Heap committed now, bytes.</summary>
    public double CommittedBytes;

    /// <summary>Threads of the pool now.</summary>
    public double PoolThreads;

    /// <summary>Work items that wait now.</summary>
    public double PoolQueued;

    /// <summary>Work items done.</summary>
    public double PoolCompleted;

    /// <summary>Exceptions thrown.</summary>
    public double Exceptions;

    /// <summary>Waits for a monitor.</summary>
    public double Contentions;

    /// <summary>Takes a counter of the event source System.Runtime, by its name; others are left out.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The mean of the interval, or what it grew by.</param>
    public void Take(ReadOnlySpan<char> name, double value)
    {
        switch (name)
        {
            case "gen-0-gc-count": Gen0Gcs += value; break;
            case "gen-1-gc-count": Gen1Gcs += value; break;
            case "gen-2-gc-count": Gen2Gcs += value; break;
            case "total-pause-time-by-gc": GcPauseNs += value * NsPerMs; break;
            case "alloc-rate": AllocatedBytes += value; break;
            case "gc-heap-size": HeapBytes = value * BytesPerMb; break;
            case "gc-committed": CommittedBytes = value * BytesPerMb; break;
            case "threadpool-thread-count": PoolThreads = value; break;
            case "threadpool-queue-length": PoolQueued = value; break;
            case "threadpool-completed-items-count": PoolCompleted += value; break;
            case "exception-count": Exceptions += value; break;
            case "monitor-lock-contention-count": Contentions += value; break;
            default: break;
        }
    }
}
