using PixieOrleans.Model;

namespace PixieOrleans.TestKit.Recordings;

/// <summary>What one connection carries over and over, seen by the server: requests with their answers.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Protocol">The protocol.</param>
/// <param name="Begin">What passes once, before.</param>
/// <param name="Loop">What passes again and again.</param>
/// <param name="Stream">Number of the HTTP/2 stream in the loop, which grows; 0 elsewhere.</param>
public sealed record Exchange(
    string Name, Protocol Protocol, IReadOnlyList<RecordedChunk> Begin, IReadOnlyList<RecordedChunk> Loop,
    uint Stream = 0)
{
    /// <summary>Requests, or messages that go somewhere, in the loop; each with its answer.</summary>
    public int Requests { get; init; } = 1;

    /// <summary>True when the parser must not allocate for it once it is warm.</summary>
    public bool AllocatesNothing { get; init; }

    /// <summary>True when each chunk is a datagram.</summary>
    public bool IsDatagram { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
