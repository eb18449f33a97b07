namespace PixieOrleans.NodeProbe.Processes;

/// <summary>A process that runs, as read last; used over again for another one when it has ended.</summary>
internal sealed class ProcessEntry
{
    private const ulong NsPerTick = 10_000_000; // start times in upids count in ticks of 10 ms

    private TaskRecord _before; // totals of the pass before
    private TaskRecord _totals;
    private ProcessRecord _process;
    private ulong _userNs;
    private ulong _kernelNs;

    /// <summary>Process id.</summary>
    public uint Tgid { get; private set; }

    /// <summary>Start in ticks of 10 ms since boot.</summary>
    public ulong StartTicks { get; private set; }

    /// <summary>Pass in which it was seen first.</summary>
    public long FirstPass { get; private set; }

    /// <summary>When it was seen first, ns since 1970.</summary>
    public long FirstSeenNs { get; private set; }

    /// <summary>Pass in which one of its threads was seen last.</summary>
    public long LastPass { get; private set; }

    /// <summary>True when the leader was seen in the last pass: the entry is whole.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Sums over its threads.</summary>
    public ref readonly TaskRecord Totals => ref _totals;

    /// <summary>What is not a sum.</summary>
    public ref readonly ProcessRecord Process => ref _process;

    /// <summary>User time: its share in ticks of the exact run time.</summary>
    public ulong UserNs => _userNs;

    /// <summary>Kernel time: the rest.</summary>
    public ulong KernelNs => _kernelNs;

    /// <summary>Begins with a process that was not known.</summary>
    public void Reset(uint tgid)
    {
        (Tgid, StartTicks, FirstPass, FirstSeenNs, LastPass, IsWhole) = (tgid, 0, 0, 0, 0, false);
        (_before, _totals, _process, _userNs, _kernelNs) = (default, default, default, 0, 0);
    }

    /// <summary>Takes a thread.</summary>
    public void Add(in TaskRecord task, long pass, long nowNs)
    {
        if (LastPass == pass)
        {
            _totals.Add(in task);
            return;
        }

        if (FirstPass == 0)
        {
            (FirstPass, FirstSeenNs) = (pass, nowNs);
        }

        (_before, _totals, LastPass, IsWhole) = (_totals, task, pass, false);
    }

    /// <summary>Takes what belongs to the leader; false when the number is another process' by now.</summary>
    public bool Add(in ProcessRecord process)
    {
        var startTicks = process.StartNs / NsPerTick;
        var isSame = StartTicks == 0 || StartTicks == startTicks;
        (StartTicks, _process, IsWhole) = (startTicks, process, true);
        return isSame;
    }

    /// <summary>The number is another process' now: what is known of the one before does not count.</summary>
    public void Restart(long pass, long nowNs) =>
        (_before, _userNs, _kernelNs, FirstPass, FirstSeenNs) = (default, 0, 0, pass, nowNs);

    /// <summary>All threads of the pass were taken.</summary>
    /// <remarks>
    /// As the kernel does for /proc (cputime_adjust in kernel/sched/cputime.c): the exact run time is shared out by
    /// the two counts of ticks, and neither share ever shrinks.
    /// </remarks>
    public void Complete()
    {
        _totals.AtLeast(in _before);
        var (user, kernel, runtime) = (_totals.UserNs, _totals.KernelNs, _totals.RuntimeNs);
        if (_userNs + _kernelNs >= runtime)
        {
            return;
        }

        var share = kernel == 0 ? 0 : user == 0 ? runtime : (ulong)((UInt128)kernel * runtime / (user + kernel));
        _kernelNs = Math.Max(share, _kernelNs);
        _userNs = Math.Max(runtime - Math.Min(runtime, _kernelNs), _userNs);
        _kernelNs = runtime - _userNs;
    }
}
