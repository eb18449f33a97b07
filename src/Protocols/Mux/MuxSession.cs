using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Mux;

/// <summary>A Mux connection: an answer belongs to the request of its tag; answers may overtake each other.</summary>
internal sealed class MuxSession(SessionContext context, FramingOptions options) : FramedSession(context, options)
{
    private readonly PendingRequests<MuxRequest> _pending = new(keyed: true);
    private ConnectionAddresses _addresses;

    /// <inheritdoc/>
    protected override long PendingBytes => _pending.Bytes;

    /// <inheritdoc/>
    internal override FrameHead ReadHead(Direction direction, ReadOnlySpan<byte> data) => MuxFrame.ReadHead(data);

    /// <inheritdoc/>
    internal override bool OnFrame(in Frame frame)
    {
        var mux = MuxFrame.Parse(frame.Bytes);
        if (IsRequest(mux, frame.Direction))
        {
            OnRequest(mux, frame);
        }
        else
        {
            OnResponse(mux, frame);
        }

        return true;
    }

    /// <inheritdoc/>
    protected override void Expire(long beforeNs, long nowNs)
    {
        while (_pending.TakeOverdue(Options, beforeNs) is { } request)
        {
            FinishWithoutResponse(request, nowNs);
        }
    }

    /// <inheritdoc/>
    protected override void Flush(long timeNs)
    {
        while (_pending.TakeOldest() is { } request)
        {
            FinishWithoutResponse(request, timeNs);
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        while (_pending.TakeOldest() is { } request)
        {
            RequestPool<MuxRequest>.Return(request);
        }
    }

    // The type RerrOld goes both ways: what comes from the client asks.
    private bool IsRequest(MuxFrame mux, Direction direction) =>
        mux.Type == MuxType.RerrOld ? direction == (RequestDirection ?? direction)
        : mux.Type is > 0 or MuxType.TdiscardedOld;

    private void OnRequest(MuxFrame mux, in Frame frame)
    {
        SeeRequest(frame.Direction);
        var request = RequestPool<MuxRequest>.Rent();
        (request.Key, request.Type, request.TimeNs) = (mux.Tag, mux.Type, frame.TimeNs);
        if (mux.Type == MuxType.Tlease)
        {
            Finish(request, frame.TimeNs); // nobody answers it
            return;
        }

        if (_pending.Add(request) is { } replaced)
        {
            FinishWithoutResponse(replaced, frame.TimeNs);
        }

        Expire(long.MinValue, frame.TimeNs);
    }

    private void OnResponse(MuxFrame mux, in Frame frame)
    {
        if (_pending.Find(mux.Tag) is not { } request)
        {
            Context.Counters.ResponsesWithoutRequest++;
            return;
        }

        _pending.Remove(request);
        Finish(request, frame.TimeNs);
    }

    private void FinishWithoutResponse(MuxRequest request, long timeNs)
    {
        Context.Counters.RequestsWithoutResponse++;
        Finish(request, timeNs, answered: false);
    }

    private void Finish(MuxRequest request, long timeNs, bool answered = true)
    {
        MuxEventsTable.Write(Context, ref _addresses, request, timeNs, answered);
        Context.Counters.Records++;
        RequestPool<MuxRequest>.Return(request);
    }
}

/// <summary>A request that waits for its answer.</summary>
internal sealed class MuxRequest : PendingRequest
{
    /// <summary>Its type.</summary>
    public MuxType Type { get; set; }

    /// <inheritdoc/>
    public override long RetainedBytes => 64; // the object itself

    /// <inheritdoc/>
    public override void Reset() => Type = default;
}
