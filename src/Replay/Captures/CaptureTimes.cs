namespace PixieOrleans.Replay.Captures;

/// <summary>First and last time of a capture's packets, ns since 1970; 0 without packets.</summary>
public readonly record struct CaptureTimes(long StartNs, long EndNs)
{
    /// <summary>With one packet more.</summary>
    public CaptureTimes With(long timeNs) => this == default
        ? new CaptureTimes(timeNs, timeNs)
        : new CaptureTimes(Math.Min(StartNs, timeNs), Math.Max(EndNs, timeNs));
}
