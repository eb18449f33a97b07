using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Framing;

/// <summary>
/// A connection of a protocol whose bytes fall into frames of known length. This class cuts both directions into
/// frames across chunks, gaps and joins in the middle; a protocol reads heads and makes rows of frames.
/// </summary>
internal abstract class FramedSession : IProtocolSession
{
    private readonly FrameLane _egress;
    private readonly FrameLane _ingress;
    private bool _givingUp; // inside GiveUpGaps

    protected FramedSession(SessionContext context, FramingOptions options)
    {
        (Context, Options) = (context, options);
        _egress = new FrameLane(this, Direction.Egress);
        _ingress = new FrameLane(this, Direction.Ingress);
    }

    /// <inheritdoc/>
    public SessionState State { get; private set; }

    /// <inheritdoc/>
    public long RetainedBytes => _egress.RetainedBytes + _ingress.RetainedBytes + PendingBytes;

    /// <summary>The connection and where its rows go.</summary>
    internal SessionContext Context { get; }

    /// <summary>Bounds.</summary>
    internal FramingOptions Options { get; }

    /// <summary>Bytes of a frame that are kept; a protocol whose frames carry several messages may need more.</summary>
    internal virtual int FrameBytes => Options.FrameBytes;

    /// <summary>True while bytes are parsed.</summary>
    internal bool IsActive => State == SessionState.Active;

    /// <summary>Where requests go, once the role is known.</summary>
    protected Direction? RequestDirection => Context.Role switch
    {
        Role.Server => Direction.Ingress,
        Role.Client => Direction.Egress,
        _ => null,
    };

    /// <summary>Bytes that the protocol holds: requests without answer, prepared statements, tables.</summary>
    protected abstract long PendingBytes { get; }

    /// <inheritdoc/>
    public void OnData(Direction direction, ulong position, long timeNs, ReadOnlySpan<byte> payload)
    {
        if (IsActive && BeginsHandshake(direction, position, payload))
        {
            End(SessionState.HandshakeBegan, timeNs);
            return;
        }

        Context.Counters.PayloadBytes += payload.Length;
        if (IsActive)
        {
            LaneOf(direction).OnData(position, timeNs, payload);
        }
    }

    /// <inheritdoc/>
    public void OnClose(long timeNs, ulong sentBytes, ulong receivedBytes)
    {
        if (IsActive)
        {
            // Requests first: their answers may wait in the other direction.
            var requests = RequestDirection ?? Direction.Egress;
            LaneOf(requests).OnClose(timeNs, requests == Direction.Egress ? sentBytes : receivedBytes);
            var responses = Opposite(requests);
            LaneOf(responses).OnClose(timeNs, responses == Direction.Egress ? sentBytes : receivedBytes);
        }

        End(SessionState.EndOfStream, timeNs);
    }

    /// <inheritdoc/>
    public void OnTick(long nowNs)
    {
        if (IsActive)
        {
            _egress.OnTick(nowNs);
            _ingress.OnTick(nowNs);
        }

        if (IsActive)
        {
            Expire(nowNs - (Options.RequestExpiry.Ticks * TimeSpan.NanosecondsPerTick), nowNs);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _egress.Clear();
        _ingress.Clear();
        Release();
    }

    /// <summary>Reads the head of the frame that starts at the first byte; must not keep state.</summary>
    internal abstract FrameHead ReadHead(Direction direction, ReadOnlySpan<byte> data);

    /// <summary>Takes a frame. False when its content makes no sense: it counts as invalid.</summary>
    internal abstract bool OnFrame(in Frame frame);

    /// <summary>
    /// Where a frame may start within <paramref name="data"/>, whose beginning lies anywhere in a frame; -1 when
    /// nowhere. Without a better idea: at the beginning, as a call's bytes mostly begin with a frame.
    /// </summary>
    internal virtual int FindBoundary(Direction direction, ReadOnlySpan<byte> data) =>
        ReadHead(direction, data).Status == ParseStatus.Success ? 0 : -1;

    /// <summary>
    /// While <see cref="OnLoss"/> runs: when the bytes behind the loss came, before which it was; ns since 1970.
    /// </summary>
    internal long BehindLossNs { get; set; }

    /// <summary>Frames of a direction were lost before the next one; noticed at a time, ns since 1970.</summary>
    internal virtual void OnLoss(Direction direction, long timeNs)
    {
    }

    /// <summary>The bytes are not of this protocol.</summary>
    internal void Fail(long timeNs)
    {
        if (IsActive)
        {
            Context.Counters.FailedSessions++;
            End(SessionState.Failed, timeNs);
        }
    }

    /// <summary>Ends the parsing; what waits becomes rows.</summary>
    protected void End(SessionState state, long timeNs)
    {
        if (IsActive)
        {
            State = state;
            Flush(timeNs);
        }

        Dispose();
    }

    /// <summary>True when a side goes over to TLS with this payload, without a frame that says so.</summary>
    protected virtual bool BeginsHandshake(Direction direction, ulong position, ReadOnlySpan<byte> payload) => false;

    /// <summary>Writes what has waited since before <paramref name="beforeNs"/> as rows without answer.</summary>
    protected abstract void Expire(long beforeNs, long nowNs);

    /// <summary>Writes everything that waits as rows without answer.</summary>
    protected abstract void Flush(long timeNs);

    /// <summary>Gives rented memory back; may be called twice.</summary>
    protected abstract void Release();

    /// <summary>The first request tells the role, when nothing else did.</summary>
    protected void SeeRequest(Direction direction)
    {
        if (Context.Role is not (Role.Client or Role.Server))
        {
            Context.Role = direction == Direction.Ingress ? Role.Server : Role.Client;
        }
    }

    /// <summary>
    /// Stops waiting for bytes missing in a direction: the other one shows that they passed. Frames that this sets free
    /// do not do the same: a lane must not move while one of its frames is handled.
    /// </summary>
    protected void GiveUpGaps(Direction direction, long timeNs)
    {
        if (!_givingUp)
        {
            _givingUp = true;
            LaneOf(direction).GiveUpGaps(timeNs);
            _givingUp = false;
        }
    }

    protected static Direction Opposite(Direction direction) =>
        direction == Direction.Egress ? Direction.Ingress : Direction.Egress;

    private FrameLane LaneOf(Direction direction) => direction == Direction.Egress ? _egress : _ingress;
}
