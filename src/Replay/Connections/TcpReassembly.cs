using PixieOrleans.Replay.Packets;

namespace PixieOrleans.Replay.Connections;

/// <summary>
/// Both directions of a TCP connection in order: segments in any order, again, overlapping (the first copy counts),
/// with losses. Bytes are handed on as the receiver could read them.
/// </summary>
/// <remarks>
/// An answer is not handed on before the bytes that it acknowledges: a capture may hold packets of both directions in
/// the wrong order. Bytes that the receiver acknowledged and the capture lacks are given up after some packets or a
/// second; others only after a minute, as they may be sent again; all of them when too many bytes wait behind.
/// </remarks>
internal sealed class TcpReassembly(IByteSink sink, StreamCounters counters, int maxBytes)
{
    private const long MaxAhead = 1 << 30; // no window is larger (RFC 7323)
    private const int LateSynBytes = 64 << 10; // a handshake that comes behind the first bytes
    private const int PatienceSegments = 64;
    private const long PatienceNs = 1_000_000_000;
    private const long UnacknowledgedPatienceNs = 60_000_000_000;

    private const long ResetPatienceNs = 1_000_000_000; // for segments that a capture has behind the reset

    private readonly TcpDirection[] _sides = [new(maxBytes), new(maxBytes)];

    private long? _resetNs;

    /// <summary>True when the connection ended in the capture.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>True when the connection was broken off.</summary>
    public bool IsReset => _resetNs is not null;

    /// <summary>True when the handshake is not in the capture.</summary>
    public bool IsMidstream { get; private set; }

    /// <summary>Bytes of memory that wait.</summary>
    public long RetainedBytes => _sides[0].Stream.RetainedBytes + _sides[1].Stream.RetainedBytes;

    /// <summary>Bytes of a direction so far.</summary>
    public ulong Total(int side) => _sides[side].Stream.End;

    /// <summary>True when a segment begins another connection between the same ends.</summary>
    public bool IsAnother(int side, in TransportPacket packet)
    {
        if ((packet.Flags & TcpFlags.Syn) == 0)
        {
            return false;
        }

        return IsClosed || _resetNs is not null || (_sides[side].IsStarted && !IsOwnSyn(side, packet));
    }

    /// <summary>Takes a segment.</summary>
    public void Take(int side, in TransportPacket packet)
    {
        if (IsClosed)
        {
            counters.StraySegments += packet.PayloadLength > 0 ? 1 : 0;
            return;
        }

        _sides[0].CountSegment();
        _sides[1].CountSegment();
        Start(side, packet);
        if ((packet.Flags & TcpFlags.Ack) != 0 && _sides[1 - side].IsStarted)
        {
            _sides[1 - side].Acknowledge(packet.Acknowledged, MaxAhead);
        }

        TakePayload(side, packet);
        if ((packet.Flags & TcpFlags.Rst) != 0)
        {
            _resetNs ??= packet.TimeNs;
        }

        Pump(packet.TimeNs, force: false);
        IsClosed = _sides[0].IsDone && _sides[1].IsDone;
    }

    /// <summary>Gives up what is missing for too long; ends a connection some time after it was broken off.</summary>
    public void Tick(long nowNs)
    {
        Pump(nowNs, force: false);
        IsClosed |= _resetNs is { } resetNs && nowNs - resetNs >= ResetPatienceNs;
    }

    /// <summary>Hands everything on that is there.</summary>
    public void Flush(long nowNs) => Pump(nowNs, force: true);

    /// <summary>Gives memory back.</summary>
    public void Release()
    {
        _sides[0].Stream.Clear();
        _sides[1].Stream.Clear();
    }

    private bool IsOwnSyn(int side, in TransportPacket packet)
    {
        var position = _sides[side].PositionOf(packet.Sequence + 1);
        return position == 0 || (IsMidstream && position is < 0 and >= -LateSynBytes);
    }

    private void Start(int side, in TransportPacket packet)
    {
        var isSyn = (packet.Flags & TcpFlags.Syn) != 0;
        if (!_sides[side].IsStarted)
        {
            _sides[side].Start(isSyn ? packet.Sequence + 1 : packet.Sequence);
            IsMidstream |= !isSyn;
        }

        if (!_sides[1 - side].IsStarted && (packet.Flags & TcpFlags.Ack) != 0)
        {
            _sides[1 - side].Start(packet.Acknowledged);
            IsMidstream |= !isSyn;
        }
    }

    private void TakePayload(int side, in TransportPacket packet)
    {
        var direction = _sides[side];
        var sequence = (packet.Flags & TcpFlags.Syn) != 0 ? packet.Sequence + 1 : packet.Sequence;
        var position = direction.PositionOf(sequence);
        var end = position + packet.PayloadLength;
        if (Math.Abs(position - (long)direction.Stream.End) > MaxAhead)
        {
            counters.StraySegments++;
            return;
        }

        if ((packet.Flags & TcpFlags.Fin) != 0 && end >= 0)
        {
            direction.Fin = (ulong)end;
        }

        var payload = packet.Payload;
        if (payload.Length < packet.PayloadLength && end > 0)
        {
            direction.LostEnd = Math.Max(direction.LostEnd, (ulong)end);
        }

        if (position < 0) // before what is known as the beginning
        {
            var before = (int)Math.Min(payload.Length, -position);
            counters.RepeatedBytes += before;
            payload = payload[before..];
            position = 0;
        }

        if (!payload.IsEmpty)
        {
            Add(side, (ulong)position, NeedsOf(side, packet), packet.TimeNs, payload);
        }
    }

    // How much of the other direction a segment acknowledges, as far as that makes sense.
    private ulong NeedsOf(int side, in TransportPacket packet)
    {
        var other = _sides[1 - side];
        return (packet.Flags & TcpFlags.Ack) == 0 || !other.IsStarted
            ? 0
            : Math.Min(other.Acknowledged, (ulong)Math.Max(0, other.PositionOf(packet.Acknowledged)));
    }

    private void Add(int side, ulong position, ulong needs, long timeNs, ReadOnlySpan<byte> payload)
    {
        var (stream, other) = (_sides[side].Stream, _sides[1 - side]);
        if (stream.IsEmpty && position <= stream.Position && other.HasPassed(needs))
        {
            var repeated = (int)Math.Min((ulong)payload.Length, stream.Position - position);
            counters.RepeatedBytes += repeated;
            if (repeated < payload.Length)
            {
                sink.OnBytes(side, stream.Position, timeNs, payload[repeated..]);
                stream.Advance(payload.Length - repeated);
            }

            return;
        }

        if (stream.BufferedBytes + payload.Length > maxBytes)
        {
            Pump(timeNs, force: true);
        }

        counters.OutOfOrder += position < stream.End ? 1 : 0;
        _sides[side].Need(position, needs);
        var before = stream.BufferedBytes;
        var dropped = stream.Append(position, timeNs, payload);
        counters.DroppedBytes += dropped;
        counters.RepeatedBytes += payload.Length - dropped - Math.Max(0, stream.BufferedBytes - before);
    }

    private void Pump(long nowNs, bool force)
    {
        while (true)
        {
            if (force && (SkipHole(0, nowNs) || SkipHole(1, nowNs)))
            {
                continue; // first of all, so that what is there comes in the order of its times
            }

            if (NextReady(force) is { } side)
            {
                Deliver(side);
            }
            else if (!GiveUp(0, nowNs, force) && !GiveUp(1, nowNs, force))
            {
                return;
            }
        }
    }

    // The side whose bytes at the head can be handed on; of both, the earlier.
    private int? NextReady(bool force)
    {
        var (hasFirst, hasSecond) = (!_sides[0].Stream.Head.IsEmpty, !_sides[1].Stream.Head.IsEmpty);
        var first = hasFirst && _sides[1].HasPassed(_sides[0].HeadNeeds());
        var second = hasSecond && _sides[0].HasPassed(_sides[1].HeadNeeds());
        if (!first && !second && (force || (hasFirst && hasSecond)))
        {
            (first, second) = (hasFirst, hasSecond); // each waits for the other: the numbers make no sense
        }

        return (first, second) switch
        {
            (true, true) => HeadTimeNs(0) <= HeadTimeNs(1) ? 0 : 1,
            (true, false) => 0,
            (false, true) => 1,
            _ => null,
        };
    }

    private long HeadTimeNs(int side)
    {
        _sides[side].Stream.HeadChunk(out var timeNs);
        return timeNs;
    }

    private void Deliver(int side)
    {
        var stream = _sides[side].Stream;
        var chunk = stream.HeadChunk(out var timeNs);
        sink.OnBytes(side, stream.Position, timeNs, chunk);
        stream.Advance(chunk.Length);
        if (stream.IsEmpty)
        {
            _sides[side].ForgetNeeds();
        }
    }

    private bool GiveUp(int side, long nowNs, bool force)
    {
        var direction = _sides[side];
        if (!direction.HasHole)
        {
            return false;
        }

        direction.WatchHole(nowNs);
        var stream = direction.Stream;
        var waitedNs = nowNs - direction.HoleSinceNs;
        if (!force && stream.Position >= direction.LostEnd && waitedNs < UnacknowledgedPatienceNs
            && !(direction.LacksAcknowledged
                && (waitedNs >= PatienceNs || direction.HoleSegments >= PatienceSegments)))
        {
            return false;
        }

        Skip(side, nowNs);
        return true;
    }

    // A hole with bytes behind it.
    private bool SkipHole(int side, long nowNs)
    {
        var direction = _sides[side];
        if (direction.Stream.IsEmpty || !direction.HasHole)
        {
            return false;
        }

        Skip(side, nowNs);
        return true;
    }

    private void Skip(int side, long nowNs)
    {
        var stream = _sides[side].Stream;
        var end = _sides[side].HoleEnd();
        counters.Gaps++;
        counters.GapBytes += (long)(end - stream.Position);
        stream.SkipTo(end);
        if (stream.Head.IsEmpty)
        {
            sink.OnBytes(side, end, nowNs, default);
        }
    }
}
