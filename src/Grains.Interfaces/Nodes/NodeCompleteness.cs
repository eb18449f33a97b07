namespace PixieOrleans.Grains.Interfaces.Nodes;

/// <summary>What one node's share of an answer is missing within the asked time range.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Answered">True when all of the node's rows arrived.</param>
/// <param name="Error">Why not, else null.</param>
/// <param name="EventsSeen">Kernel records that reached the node's tables' sources.</param>
/// <param name="Lost">Events that did not become rows.</param>
/// <param name="Truncated">Values cut to the size limit of their column.</param>
/// <param name="RowsExpired">Rows of the range that the tables' budgets pushed out.</param>
[GenerateSerializer, Immutable, Alias("pxo.NodeCompleteness")]
public sealed record NodeCompleteness(
    [property: Id(0)] string Node,
    [property: Id(1)] bool Answered,
    [property: Id(2)] string? Error,
    [property: Id(3)] long EventsSeen,
    [property: Id(4)] LostEvents Lost,
    [property: Id(5)] long Truncated,
    [property: Id(6)] long RowsExpired)
{
    /// <summary>
    /// True when no row is missing. Connections of protocols that nobody knows do not count (no table would hold
    /// their rows), nor do values cut to a limit (each such cell says so at its end).
    /// </summary>
    public bool IsComplete => Answered && Error is null && Lost.Events == 0 && RowsExpired == 0;

    /// <summary>A node whose rows are missing.</summary>
    public static NodeCompleteness Missing(string node, string error) =>
        new(node, false, error, 0, default, 0, 0);

    /// <summary>A node whose further rows were not wanted; what it lost before is not known.</summary>
    public static NodeCompleteness Stopped(string node, string reason) => new(node, true, reason, 0, default, 0, 0);
}

/// <summary>Events that did not become rows, by the stage that lost them.</summary>
/// <param name="Kernel">In the kernel part of the probes, such as full maps.</param>
/// <param name="Ring">For want of room in a ring.</param>
/// <param name="Parser">In user space: frames that make no sense, connections given up at a bound.</param>
/// <param name="Unclassified">Connections whose protocol was not recognised.</param>
[GenerateSerializer, Immutable, Alias("pxo.LostEvents")]
public readonly record struct LostEvents(
    [property: Id(0)] long Kernel,
    [property: Id(1)] long Ring,
    [property: Id(2)] long Parser,
    [property: Id(3)] long Unclassified)
{
    /// <summary>Events lost, over all stages.</summary>
    public long Events => Kernel + Ring + Parser;
}
