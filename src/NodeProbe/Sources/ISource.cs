using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.NodeProbe.Sources;

/// <summary>
/// An owner of probes or files that fills tables. Made, started, ticked, stopped and disposed by one thread; what it
/// tells about itself may be read by any. It may have threads of its own, started by <see cref="Start"/>.
/// </summary>
internal interface ISource : IDisposable
{
    /// <summary>CPU time of threads of its own, ns; the ticks are measured by their caller.</summary>
    long OwnCpuNs => 0;

    /// <summary>What it could not take or write since its start: events, processes, files.</summary>
    long Losses { get; }

    /// <summary>What ended a thread of its own; null while all run.</summary>
    Exception? Fault => null;

    /// <summary>Starts.</summary>
    /// <exception cref="SourceException">It cannot; the message says why and what to do.</exception>
    SourceStart Start();

    /// <summary>Does what is due; called once per period.</summary>
    void Tick(long nowNs);

    /// <summary>Writes the last rows. Also called after a fault, but not without a start.</summary>
    void Stop(long nowNs)
    {
    }
}

/// <summary>What a start tells beside its success.</summary>
internal sealed record SourceStart
{
    /// <summary>A start without anything to tell.</summary>
    public static SourceStart Plain { get; } = new();

    /// <summary>What was attached where.</summary>
    public IReadOnlyList<HookReport> Hooks { get; init; } = [];

    /// <summary>What the kernel was asked for.</summary>
    public IReadOnlyList<CapabilityReport> Capabilities { get; init; } = [];

    /// <summary>How it works, when there is a choice; empty without.</summary>
    public string Note { get; init; } = "";
}

/// <summary>A source cannot start: why, and what to do.</summary>
internal sealed class SourceException(string reason, SourceStart? start = null) : Exception(reason)
{
    /// <summary>What was found out all the same.</summary>
    public SourceStart Found { get; } = start ?? SourceStart.Plain;
}
