using System.Collections.Concurrent;

namespace PixieOrleans.NodeProbe.Entities;

/// <summary>
/// Processes that have just been seen at work, on their way to the thread that finds out who they are: some end before
/// it looks for new ones by itself. Bound: <see cref="MaxWaiting"/>; what is beyond is counted.
/// </summary>
internal sealed class SeenProcesses
{
    private const int MaxWaiting = 4096;
    private const int Remembered = 4096; // a power of two

    private readonly long[] _lately = new long[Remembered]; // fingerprints; a race only repeats a note
    private readonly ConcurrentQueue<(uint ProcessId, ulong StartTicks)> _waiting = new();
    private readonly object _gate = new();
    private bool _signalled; // guarded by _gate
    private int _count;
    private long _dropped;

    /// <summary>Processes that found no room.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Notes a process; cheap for one that was noted lately. By any thread.</summary>
    public void Note(uint processId, ulong startTicks)
    {
        var fingerprint = (long)(((ulong)processId << 32) ^ startTicks) | long.MinValue; // never 0
        ref var slot = ref _lately[(processId ^ (uint)startTicks) & (Remembered - 1)];
        if (Volatile.Read(ref slot) == fingerprint)
        {
            return;
        }

        Volatile.Write(ref slot, fingerprint);
        if (Interlocked.Increment(ref _count) > MaxWaiting)
        {
            Interlocked.Decrement(ref _count);
            Interlocked.Increment(ref _dropped);
            return;
        }

        _waiting.Enqueue((processId, startTicks));
        Wake();
    }

    /// <summary>Waits until a process is noted, at most for a time.</summary>
    public void Wait(int milliseconds)
    {
        lock (_gate)
        {
            if (!_signalled)
            {
                Monitor.Wait(_gate, milliseconds);
            }

            _signalled = false;
        }
    }

    /// <summary>Ends a wait.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _signalled = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Takes a process.</summary>
    public bool TryTake(out (uint ProcessId, ulong StartTicks) process)
    {
        if (!_waiting.TryDequeue(out process))
        {
            return false;
        }

        Interlocked.Decrement(ref _count);
        return true;
    }
}
