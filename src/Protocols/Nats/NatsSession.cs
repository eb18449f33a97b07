using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Streams;
using PixieOrleans.Protocols.Text;
using PixieOrleans.Protocols.Tls;

namespace PixieOrleans.Protocols.Nats;

/// <summary>
/// A NATS connection. Messages are rows of their own. A verbose client also gets +OK or -ERR for each of its lines, in
/// order; where that order is lost (bytes missed, joined in the middle) its lines are rows without an answer until a
/// PONG shows the place again.
/// </summary>
internal sealed class NatsSession : FramedSession
{
    private readonly PendingRequests<NatsRequest> _pending = new(keyed: false);
    private readonly CellText _text;
    private ConnectionAddresses _addresses;
    private bool _verbose; // what servers take a client for until its CONNECT
    private bool _inOrder; // the oldest that waits is the one answered next
    private bool _errorHasOk; // an +OK comes for a line that had its -ERR

    public NatsSession(SessionContext context, FramingOptions options)
        : base(context, options)
    {
        _text = new CellText(options.TextLimitBytes);
        _verbose = _inOrder = !context.Midstream;
    }

    /// <inheritdoc/>
    protected override long PendingBytes => _pending.Bytes + _text.RetainedBytes;

    /// <inheritdoc/>
    internal override FrameHead ReadHead(Direction direction, ReadOnlySpan<byte> data) => NatsFrame.ReadHead(data);

    /// <inheritdoc/>
    internal override int FindBoundary(Direction direction, ReadOnlySpan<byte> data)
    {
        for (var at = 0; at < data.Length;)
        {
            var blanks = data[at..].IndexOfAnyExcept((byte)' ', (byte)'\t');
            if (blanks >= 0 && (NatsVerb.At(data[(at + blanks)..], out var undecided) is not null || undecided))
            {
                return at + blanks;
            }

            var line = data[at..].IndexOf((byte)'\n');
            at = line < 0 ? data.Length : at + line + 1;
        }

        return -1;
    }

    /// <inheritdoc/>
    internal override bool OnFrame(in Frame frame)
    {
        if (!NatsFrame.TryParse(frame.Bytes, out var nats))
        {
            return false;
        }

        if (nats.Verb.FromClient is { } fromClient)
        {
            SeeRequest(fromClient ? frame.Direction : Opposite(frame.Direction));
            if (RequestDirection is { } requests && requests == frame.Direction != fromClient)
            {
                return false; // a client's verb from the server or the other way
            }
        }

        _text.Clear();
        switch (nats.Verb.Kind)
        {
            case NatsVerbKind.Ping:
                OnPing(frame);
                return true;
            case NatsVerbKind.Pong:
                OnPong(frame);
                return true;
            case NatsVerbKind.Ok:
                OnOk();
                return true;
            default:
                return NatsBody.Write(nats, frame, _text) && OnMessage(nats, frame);
        }
    }

    /// <inheritdoc/>
    internal override void OnLoss(Direction direction, long timeNs)
    {
        Flush(timeNs);
        _inOrder = _errorHasOk = false;
    }

    /// <inheritdoc/>
    protected override void Expire(long beforeNs, long nowNs)
    {
        if (_pending.TakeOverdue(Options, beforeNs) is { } request)
        {
            FinishWithoutResponse(request);
            OnLoss(default, nowNs); // whose answer comes next is not known any more
        }
    }

    /// <inheritdoc/>
    protected override void Flush(long timeNs)
    {
        while (_pending.TakeOldest() is { } request)
        {
            FinishWithoutResponse(request);
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        while (_pending.TakeOldest() is { } request)
        {
            RequestPool<NatsRequest>.Return(request);
        }

        _text.Release();
    }

    /// <inheritdoc/>
    /// <remarks>The greeting offers TLS or asks for it; what the client sends first tells whether it comes.</remarks>
    protected override bool BeginsHandshake(Direction direction, ulong position, ReadOnlySpan<byte> payload) =>
        position == 0 && direction == RequestDirection && !Context.Encrypted
        && payload is [(byte)TlsContent.Handshake, ..];

    // The text holds the body.
    private bool OnMessage(in NatsFrame nats, in Frame frame)
    {
        switch (nats.Verb.Kind)
        {
            case NatsVerbKind.Error:
                OnError(nats, frame.TimeNs);
                return true;
            case NatsVerbKind.Connect:
                _verbose = _text.Value.IndexOf("\"verbose\":false"u8) < 0;
                break;
        }

        if (_verbose && (_inOrder || _pending.Count > 0) && nats.Verb.FromClient == true)
        {
            _pending.Add(NewRequest(nats.Verb, frame.TimeNs));
            Expire(long.MinValue, frame.TimeNs);
            return true;
        }

        Write(nats.Verb, frame.TimeNs, default);
        return true;
    }

    // A client's PING waits like a line: its PONG comes behind all answers to lines before it.
    private void OnPing(in Frame frame)
    {
        if (frame.Direction == RequestDirection && (_inOrder || _pending.Count == 0))
        {
            _pending.Add(NewRequest(null, frame.TimeNs));
            Expire(long.MinValue, frame.TimeNs);
        }
    }

    private void OnPong(in Frame frame)
    {
        if (frame.Direction == RequestDirection)
        {
            return; // answers the server's
        }

        while (_pending.TakeOldest() is { } request)
        {
            var isPing = request.Verb is null;
            if (isPing)
            {
                RequestPool<NatsRequest>.Return(request);
                (_inOrder, _errorHasOk) = (true, false);
                return;
            }

            FinishWithoutResponse(request);
        }
    }

    private void OnOk()
    {
        _verbose = true;
        if (_errorHasOk)
        {
            _errorHasOk = false;
        }
        else
        {
            Answer("OK"u8);
        }
    }

    private void OnError(in NatsFrame nats, long timeNs)
    {
        if (_verbose && _inOrder && _pending.Oldest is { Verb: not null } request)
        {
            // This error alone does not end the handling of the line: it is followed by +OK.
            _errorHasOk = nats.Arguments.SequenceEqual("'Invalid Publish Subject'"u8);
            request.Error.Append(nats.Arguments[..Math.Min(nats.Arguments.Length, Options.TextLimitBytes)]);
            Answer("ERR"u8);
            return;
        }

        Write(nats.Verb, timeNs, "ERR"u8); // nobody knows which line it is about
    }

    private void Answer(ReadOnlySpan<byte> answer)
    {
        if (!_inOrder || _pending.Oldest is not { Verb: not null } request)
        {
            Context.Counters.ResponsesWithoutRequest++;
            return;
        }

        _pending.Remove(request);
        Finish(request, answer);
    }

    private NatsRequest NewRequest(NatsVerb? verb, long timeNs)
    {
        var request = RequestPool<NatsRequest>.Rent();
        (request.Verb, request.TimeNs, request.IsCut) = (verb, timeNs, _text.IsCut);
        request.Body.Append(_text.Value);
        return request;
    }

    private void FinishWithoutResponse(NatsRequest request)
    {
        if (request.Verb is not null)
        {
            Context.Counters.RequestsWithoutResponse++;
        }

        Finish(request, default);
    }

    private void Finish(NatsRequest request, ReadOnlySpan<byte> answer)
    {
        if (request.Verb is { } verb)
        {
            _text.Clear();
            _text.Append(request.Body.Span);
            if (request.IsCut)
            {
                _text.MarkCut();
            }
            else if (request.Error.Length > 0)
            {
                _text.Append(",\"error\":"u8);
                _text.AppendJsonString(request.Error.Span);
            }

            Write(verb, request.TimeNs, answer);
        }

        RequestPool<NatsRequest>.Return(request);
    }

    private void Write(NatsVerb verb, long timeNs, ReadOnlySpan<byte> answer)
    {
        if (!_text.IsCut)
        {
            _text.Append("}"u8);
        }

        NatsEventsTable.Write(Context, ref _addresses, verb, timeNs, _text, answer);
        Context.Counters.Records++;
    }
}

/// <summary>A line of a client that waits for +OK or -ERR, or its PING.</summary>
internal sealed class NatsRequest : PendingRequest
{
    /// <summary>The body without its closing brace.</summary>
    public PooledBuffer Body;

    /// <summary>What the server has against it.</summary>
    public PooledBuffer Error;

    /// <summary>Its verb; null for PING, which is no row.</summary>
    public NatsVerb? Verb { get; set; }

    /// <summary>True when the body was cut.</summary>
    public bool IsCut { get; set; }

    /// <inheritdoc/>
    public override long RetainedBytes => 128 + Body.Capacity + Error.Capacity; // the object itself and its texts

    /// <inheritdoc/>
    public override void Reset()
    {
        (Verb, IsCut) = (null, false);
        Body.Clear();
        Error.Clear();
    }
}
