using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Replay.Connections;

/// <summary>One direction of a TCP connection: from sequence numbers to positions, and what is missing.</summary>
/// <param name="maxBytes">Bytes that may wait.</param>
internal sealed class TcpDirection(int maxBytes)
{
    private const int MaxNeeds = 4096; // chunks that wait; what is beyond waits for nothing but its turn

    private readonly List<(ulong Start, ulong Position)> _needs = []; // of chunks that wait, by their start
    private uint _base; // sequence number of position 0
    private ulong _acknowledged;
    private ulong _holeAt = ulong.MaxValue;

    /// <summary>Bytes not handed on yet.</summary>
    public ByteStream Stream { get; } = new(maxBytes);

    /// <summary>True once the sequence number of position 0 is known.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Position behind the last byte, once the sender said so.</summary>
    public ulong? Fin { get; set; }

    /// <summary>End of the bytes that were cut off when they were captured.</summary>
    public ulong LostEnd { get; set; }

    /// <summary>Since when the byte at the head is missing.</summary>
    public long HoleSinceNs { get; private set; }

    /// <summary>Segments of the connection since then.</summary>
    public int HoleSegments { get; private set; }

    /// <summary>Next byte that the receiver expects; it has all before.</summary>
    public ulong Acknowledged => Math.Min(_acknowledged, Fin ?? ulong.MaxValue);

    /// <summary>True when the receiver has a byte that the capture has not (yet) at the head.</summary>
    public bool LacksAcknowledged => Stream.Head.IsEmpty && Acknowledged > Stream.Position + (Stream.IsEmpty ? 1UL : 0);

    /// <summary>True when a byte at the head is missing.</summary>
    public bool HasHole => LacksAcknowledged || (Stream.Head.IsEmpty && (!Stream.IsEmpty || LostEnd > Stream.Position));

    /// <summary>True when everything up to the sender's end has been handed on.</summary>
    public bool IsDone => Fin is { } fin && Stream.Position >= fin;

    /// <summary>Position 0 has this sequence number.</summary>
    public void Start(uint sequence) => (IsStarted, _base) = (true, sequence);

    /// <summary>Position of a sequence number, near those seen; negative before position 0.</summary>
    public long PositionOf(uint sequence)
    {
        var near = Math.Max(Stream.End, _acknowledged);
        return (long)near + (int)(sequence - (_base + (uint)near));
    }

    /// <summary>The receiver expects this next.</summary>
    public void Acknowledge(uint sequence, long maxAhead)
    {
        var position = PositionOf(sequence);
        if (position > (long)_acknowledged && position <= (long)Stream.End + maxAhead)
        {
            _acknowledged = (ulong)position;
        }
    }

    /// <summary>A chunk waits that acknowledges the other direction.</summary>
    /// <param name="start">Where the chunk starts.</param>
    /// <param name="position">Up to where it acknowledges.</param>
    public void Need(ulong start, ulong position)
    {
        var i = _needs.Count;
        while (i > 0 && _needs[i - 1].Start > start)
        {
            i--;
        }

        if (_needs.Count < MaxNeeds && (i == 0 || _needs[i - 1].Start != start))
        {
            _needs.Insert(i, (start, position));
        }
    }

    /// <summary>How much of the other direction the chunk at the head acknowledges.</summary>
    public ulong HeadNeeds()
    {
        var passed = 0;
        while (passed + 1 < _needs.Count && _needs[passed + 1].Start <= Stream.Position)
        {
            passed++;
        }

        _needs.RemoveRange(0, passed);
        return _needs.Count > 0 && _needs[0].Start <= Stream.Position ? _needs[0].Position : 0;
    }

    /// <summary>Whether everything up to a position has been handed on; the sender's end counts as a byte.</summary>
    public bool HasPassed(ulong position) =>
        Math.Min(position, Fin ?? ulong.MaxValue) <= Stream.Position + (Stream.IsEmpty && Fin is null ? 1UL : 0);

    /// <summary>Nothing waits any more.</summary>
    public void ForgetNeeds() => _needs.Clear();

    /// <summary>Takes note of a hole at the head.</summary>
    public void WatchHole(long nowNs)
    {
        if (_holeAt != Stream.Position)
        {
            (_holeAt, HoleSinceNs, HoleSegments) = (Stream.Position, nowNs, 0);
        }
    }

    /// <summary>A segment of the connection came.</summary>
    public void CountSegment() => HoleSegments++;

    /// <summary>Where the bytes go on behind the hole.</summary>
    public ulong HoleEnd()
    {
        var next = Stream.IsEmpty ? Math.Max(Acknowledged, LostEnd) : Stream.Position + Stream.GapBytes;
        return LostEnd > Stream.Position ? Math.Min(next, LostEnd) : next;
    }
}
