namespace PixieOrleans.NodeProbe.Status;

/// <summary>
/// What a node saw and what it lost within a range of time. All zero but the first two: nothing is missing.
/// </summary>
public sealed record NodeCompleteness
{
    /// <summary>Events that the kernel reported.</summary>
    public long EventsSeen { get; init; }

    /// <summary>Exchanges and other records written as rows.</summary>
    public long Records { get; init; }

    /// <summary>Events lost in the kernel for other causes than a full ring.</summary>
    public long LostInKernel { get; init; }

    /// <summary>Events lost because a ring was full.</summary>
    public long LostInRing { get; init; }

    /// <summary>Frames that could not be parsed, and answers whose request is missing.</summary>
    public long LostInParser { get; init; }

    /// <summary>Payload bytes dropped by parsers.</summary>
    public long DroppedBytes { get; init; }

    /// <summary>Payload bytes that never arrived at parsers (lost events, caps per call and connection).</summary>
    public long GapBytes { get; init; }

    /// <summary>Connections dropped, demoted or not counted because a bound was reached.</summary>
    public long LostConnections { get; init; }

    /// <summary>Connections whose protocol was not recognised.</summary>
    public long Unclassified { get; init; }

    /// <summary>Cells cut at a limit.</summary>
    public long TruncatedValues { get; init; }

    /// <summary>Rows of the range that were evicted for the tables' budgets; estimated at the edges.</summary>
    public long RowsExpired { get; init; }

    /// <summary>Counts of a range: those at its end less those at its start.</summary>
    public static NodeCompleteness operator -(NodeCompleteness end, NodeCompleteness start) => end.Plus(start, -1);

    /// <summary>Counts of two runs together.</summary>
    public static NodeCompleteness operator +(NodeCompleteness first, NodeCompleteness second) => first.Plus(second, 1);

    /// <summary>Counts of a range: those at its end less those at its start.</summary>
    public static NodeCompleteness Subtract(NodeCompleteness end, NodeCompleteness start) => end - start;

    /// <summary>Counts of two runs together.</summary>
    public static NodeCompleteness Add(NodeCompleteness first, NodeCompleteness second) => first + second;

    private NodeCompleteness Plus(NodeCompleteness other, int sign) => new()
    {
        EventsSeen = EventsSeen + (sign * other.EventsSeen),
        Records = Records + (sign * other.Records),
        LostInKernel = LostInKernel + (sign * other.LostInKernel),
        LostInRing = LostInRing + (sign * other.LostInRing),
        LostInParser = LostInParser + (sign * other.LostInParser),
        DroppedBytes = DroppedBytes + (sign * other.DroppedBytes),
        GapBytes = GapBytes + (sign * other.GapBytes),
        LostConnections = LostConnections + (sign * other.LostConnections),
        Unclassified = Unclassified + (sign * other.Unclassified),
        TruncatedValues = TruncatedValues + (sign * other.TruncatedValues),
        RowsExpired = RowsExpired + (sign * other.RowsExpired),
    };
}
