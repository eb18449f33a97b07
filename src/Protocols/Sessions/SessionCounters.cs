namespace PixieOrleans.Protocols.Sessions;

/// <summary>
/// Counts of one shard and protocol. Written by the shard's thread, read by others without locks (each field is
/// one aligned 64-bit value).
/// </summary>
public sealed class SessionCounters
{
    /// <summary>Payload bytes taken.</summary>
    public long PayloadBytes;

    /// <summary>Frames parsed.</summary>
    public long Frames;

    /// <summary>Records written as rows.</summary>
    public long Records;

    /// <summary>Gaps in byte streams.</summary>
    public long Gaps;

    /// <summary>Bytes missing in gaps.</summary>
    public long GapBytes;

    /// <summary>Bytes dropped because they could not be parsed, or because a stream's bound was reached.</summary>
    public long DroppedBytes;

    /// <summary>Frames that could not be parsed.</summary>
    public long InvalidFrames;

    /// <summary>Times a stream looked for the next frame boundary.</summary>
    public long Resynchronisations;

    /// <summary>Requests written as rows without an answer.</summary>
    public long RequestsWithoutResponse;

    /// <summary>Answers dropped because no request was known.</summary>
    public long ResponsesWithoutRequest;

    /// <summary>Cells cut at a limit.</summary>
    public long TruncatedValues;

    /// <summary>Connections given up because their bytes kept failing.</summary>
    public long FailedSessions;

    /// <summary>Counts a gap; positions that make no sense do not make the sum wrap around.</summary>
    public void AddGap(ulong bytes)
    {
        Gaps++;
        GapBytes = (long)Math.Min((ulong)GapBytes + Math.Min(bytes, long.MaxValue), long.MaxValue);
    }
}
