using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Http2;

/// <summary>
/// An HTTP/2 connection. Both halves of a stream name it, so requests and answers cannot be mixed up; what a loss may
/// have taken from a stream is missing in its row.
/// </summary>
internal sealed partial class Http2Session : FramedSession
{
    private readonly HttpOptions _http;
    private readonly PendingRequests<Http2Stream> _streams = new(keyed: true);
    private readonly Http2Half _egress;
    private readonly Http2Half _ingress;
    private ConnectionAddresses _addresses;

    public Http2Session(SessionContext context, HttpOptions http, FramingOptions options)
        : base(context, options)
    {
        _http = http;
        _egress = new Http2Half(http.MaxHeaderBlockBytes, context.Midstream);
        _ingress = new Http2Half(http.MaxHeaderBlockBytes, context.Midstream);
    }

    /// <inheritdoc/>
    protected override long PendingBytes => _streams.Bytes + _egress.RetainedBytes + _ingress.RetainedBytes;

    /// <inheritdoc/>
    internal override FrameHead ReadHead(Direction direction, ReadOnlySpan<byte> data) => Http2Frame.ReadHead(data);

    /// <inheritdoc/>
    internal override int FindBoundary(Direction direction, ReadOnlySpan<byte> data)
    {
        for (var i = 0; i + Http2Frame.HeadBytes <= data.Length; i++)
        {
            if (Http2Frame.IsLikely(data[i..], startsChunk: i == 0))
            {
                return i;
            }
        }

        return -1;
    }

    /// <inheritdoc/>
    internal override void OnLoss(Direction direction, long timeNs) => HalfOf(direction).Lose();

    /// <inheritdoc/>
    internal override bool OnFrame(in Frame frame)
    {
        var half = HalfOf(frame.Direction);
        if (Http2Frame.StartsPreface(frame.Bytes))
        {
            half.OnPreface();
            SeeRequest(frame.Direction);
            return true;
        }

        var head = Http2Frame.Parse(frame.Bytes);
        half.OnFrame(isBeginning: head.Type == Http2FrameType.Settings && (head.Flags & Http2Flags.EndStream) == 0);
        if (half.Block.Stream != 0 && head.Type != Http2FrameType.Continuation)
        {
            half.Lose(); // nothing may come between the frames of a block (RFC 9113 §4.3)
        }

        return head.Type switch
        {
            Http2FrameType.Data => OnData(head, frame),
            Http2FrameType.Headers or Http2FrameType.PushPromise => OnHeaders(half, head, frame),
            Http2FrameType.Continuation => OnContinuation(half, head, frame),
            Http2FrameType.Reset => OnReset(head, frame),
            _ => true,
        };
    }

    /// <inheritdoc/>
    protected override void Expire(long beforeNs, long nowNs)
    {
        while (_streams.TakeOverdue(Options, long.MinValue) is { } stream)
        {
            Finish(stream, nowNs);
        }

        while (_streams.Oldest is { } oldest && oldest.TimeNs < beforeNs)
        {
            _streams.Remove(oldest);
            if (MayGoOn(oldest))
            {
                oldest.TimeNs = nowNs;
                _streams.Add(oldest);
            }
            else
            {
                Finish(oldest, nowNs);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Flush(long timeNs)
    {
        while (_streams.TakeOldest() is { } stream)
        {
            Finish(stream, timeNs);
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        while (_streams.TakeOldest() is { } stream)
        {
            RequestPool<Http2Stream>.Return(stream);
        }

        _egress.Release();
        _ingress.Release();
    }

    // The body of a frame without padding and what precedes it. Available is what was captured of it.
    private static bool TryGetContent(
        Http2Frame head, in Frame frame, int prefixBytes, out ReadOnlySpan<byte> available, out int length)
    {
        var body = frame.Bytes[Http2Frame.HeadBytes..];
        var padded = (head.Flags & Http2Flags.Padded) != 0 && head.Type != Http2FrameType.Continuation;
        var skipped = prefixBytes + (padded ? 1 : 0);
        length = head.Length - skipped - (padded && !body.IsEmpty ? body[0] : 0);
        available = default;
        if (length < 0)
        {
            return false;
        }

        available = body[Math.Min(skipped, body.Length)..];
        available = available[..Math.Min(length, available.Length)];
        return true;
    }

    // An answer that has begun may take any time, unless its end may have been missed.
    private bool MayGoOn(Http2Stream stream)
    {
        var requests = RequestDirection ?? Direction.Egress;
        return stream.Response.HasHead && !stream.Response.Http.IsComplete
            && stream.Request.Losses == HalfOf(requests).Losses
            && stream.Response.Losses == HalfOf(Opposite(requests)).Losses;
    }

    private Http2Half HalfOf(Direction direction) => direction == Direction.Egress ? _egress : _ingress;

    private bool OnData(Http2Frame head, in Frame frame)
    {
        if (!TryGetContent(head, frame, 0, out var content, out var length))
        {
            return false;
        }

        if (_streams.Find(head.Stream) is not { } stream || RequestDirection is not { } requests)
        {
            return true; // its head was not seen
        }

        var half = HalfOf(frame.Direction);
        var message = frame.Direction == requests ? stream.Request : stream.Response;
        if (message.Losses != half.Losses)
        {
            message.Http.AddMissing(0); // parts may be missing: what follows is not shown
        }

        message.Http.AddBody(content);
        if (content.Length < length)
        {
            message.Http.AddMissing((ulong)(length - content.Length));
        }

        message.Http.TimeNs = frame.TimeNs;
        EndHalf(stream, message, (head.Flags & Http2Flags.EndStream) != 0);
        return true;
    }

    // NO_ERROR too: the server answers without reading the rest of the request.
    private bool OnReset(Http2Frame head, in Frame frame)
    {
        if (_streams.Find(head.Stream) is { } stream)
        {
            _streams.Remove(stream);
            Finish(stream, frame.TimeNs);
        }

        return true;
    }

    private void EndHalf(Http2Stream stream, Http2Message message, bool ends)
    {
        message.Http.IsComplete |= ends;
        if (ends && stream.Request.Http.IsComplete && stream.Response.Http.IsComplete)
        {
            _streams.Remove(stream);
            Finish(stream, stream.Response.Http.TimeNs);
        }
    }

    // Writes the row of a stream that left the table.
    private void Finish(Http2Stream stream, long timeNs)
    {
        var response = stream.Response;
        if (!response.HasHead)
        {
            Context.Counters.RequestsWithoutResponse++;
        }

        Http2Row.Write(
            Context, ref _addresses, stream, response.HasHead ? response.Http.TimeNs : timeNs, Http2Scratch.Of(_http));
        Context.Counters.Records++;
        RequestPool<Http2Stream>.Return(stream);
    }
}
