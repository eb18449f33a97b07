using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Http;

/// <summary>
/// One direction of an HTTP connection: cuts its bytes into messages and hands them to the session. Bodies are walked
/// over as they come.
/// </summary>
internal sealed class HttpLane(HttpSession session, Direction direction, HttpOptions options, SessionContext context)
    : StreamLane(context, options)
{
    private readonly HttpSession _session = session;
    private readonly Direction _direction = direction;
    private readonly HttpOptions _options = options;
    private HttpBody _body;
    private HttpExchange? _exchange; // whose message is read; null for a response without request
    private bool _guess; // a response without request: its body may be absent (HEAD)
    private bool _failing; // looks for a boundary because bytes made no sense, not because some are missing
    private int _searched; // bytes of an unfinished head known to hold no end

    /// <summary>What goes this way.</summary>
    public HttpMessageKind Kind { get; set; }

    /// <inheritdoc/>
    protected override bool IsActive => _session.IsActive;

    /// <inheritdoc/>
    protected override ulong Skippable => _body.Skippable;

    private HttpMessage? Message => Kind == HttpMessageKind.Request ? _exchange?.Request : _exchange?.Response;

    /// <summary>The exchange is gone: what still comes of its message belongs to no row.</summary>
    public void Detach(HttpExchange exchange)
    {
        if (_exchange == exchange)
        {
            _exchange = null;
        }
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        _exchange = null;
        base.Clear();
    }

    /// <inheritdoc/>
    protected override int Step(ReadOnlySpan<byte> data, int offset) => State switch
    {
        LaneState.Head => ReadHead(data, offset),
        LaneState.Inside => ReadBody(data, offset),
        _ => FindHead(data, offset),
    };

    /// <inheritdoc/>
    /// <remarks>A head of which a call's end was left out is a message of what there is of it.</remarks>
    protected override void Cut(ReadOnlySpan<byte> data, bool isCall)
    {
        if (State == LaneState.Inside)
        {
            _guess = false; // the bytes begin like a head, and belong to the body
            Skip(Math.Min((ulong)data.Length, Skippable));
            return;
        }

        var head = HttpScratch.Current.Head(_direction);
        if (!isCall || State == LaneState.Resync
            || HttpFrameParser.Parse(data, Kind, _options, head, out _) != ParseStatus.NeedMoreData
            || !head.HasStartLine)
        {
            Counters.DroppedBytes += data.Length;
            return;
        }

        Counters.Frames++;
        Counters.TruncatedValues++;
        ReadTime(data.Length);
        BeginMessage(data, head, startsChunk: false); // nobody knows
        if (State == LaneState.Inside)
        {
            Skip(_body.Kind == HttpBodyKind.Length ? Skippable : 0); // where the body starts is not known
            if (State == LaneState.Inside)
            {
                EndMessage();
            }
        }
    }

    /// <inheritdoc/>
    protected override void Skip(ulong bytes)
    {
        _body.Skip(bytes);
        Message?.AddMissing(bytes);
        if (_body.IsDone)
        {
            EndMessage();
        }
    }

    /// <inheritdoc/>
    protected override void EndMessage()
    {
        State = LaneState.Head;
        _guess = false;
        var exchange = _exchange;
        _exchange = null;
        if (exchange is null)
        {
            return;
        }

        if (Kind == HttpMessageKind.Request)
        {
            _session.OnRequestEnd(exchange, LastTimeNs);
        }
        else
        {
            _session.OnResponseEnd(exchange, LastTimeNs);
        }
    }

    /// <inheritdoc/>
    protected override void Lose(long nowNs, long behindNs, bool hasGap) => StartResync(failing: false);

    /// <inheritdoc/>
    protected override void Fail(long timeNs) => _session.Fail(timeNs);

    private int ReadHead(ReadOnlySpan<byte> data, int offset)
    {
        if (_searched > 0 && data.Length <= _options.MaxHeaderBlockBytes
            && !HttpFrameParser.HasBlockEnd(data, _searched))
        {
            _searched = data.Length;
            return Starved;
        }

        var head = HttpScratch.Current.Head(_direction);
        var status = HttpFrameParser.Parse(data, Kind, _options, head, out var consumed);
        _searched = status == ParseStatus.NeedMoreData ? data.Length : 0;
        if (status == ParseStatus.NeedMoreData)
        {
            return Starved;
        }

        if (status == ParseStatus.Invalid)
        {
            return Reject();
        }

        CountValid();
        Counters.Frames++;
        ReadTime(offset + consumed);
        BeginMessage(data, head, startsChunk: offset == 0);
        return consumed;
    }

    private void BeginMessage(ReadOnlySpan<byte> data, HttpHead head, bool startsChunk)
    {
        if (Kind == HttpMessageKind.Unknown)
        {
            _session.SetKind(this, head.Kind);
        }

        var body = HttpFraming.BodyOf(head, toHead: false);
        if (Kind == HttpMessageKind.Request)
        {
            _exchange = _session.OnRequest(data, head, LastTimeNs, startsChunk);
        }
        else if (head.Status is >= 100 and < 200 and not 101)
        {
            return; // informational: the answer is still to come
        }
        else
        {
            _exchange = _session.OnResponse(data, head, LastTimeNs);
            body = _exchange is null ? body : HttpSession.BodyOf(head, _exchange);
            _guess = _exchange is null && !head.ConnectionClose;
        }

        _body = HttpBody.Start(body, head.ContentLength);
        State = LaneState.Inside;
        if (_body.IsDone)
        {
            EndMessage();
        }
    }

    private int ReadBody(ReadOnlySpan<byte> data, int offset)
    {
        if (_guess)
        {
            var prefix = "HTTP/1."u8;
            var known = Math.Min(prefix.Length, data.Length);
            if (data[..known].SequenceEqual(prefix[..known]))
            {
                return known < prefix.Length ? Starved : EndWithoutBody();
            }

            _guess = _body.Kind == HttpBodyKind.UntilClose;
        }

        var status = _body.Read(data, out var consumed, out var payload);
        if (consumed > 0)
        {
            ReadTime(offset + consumed);
        }

        if (!payload.IsEmpty)
        {
            Message?.AddBody(payload);
        }

        if (status == ParseStatus.Success)
        {
            EndMessage();
        }
        else if (status == ParseStatus.Invalid)
        {
            EndMessage();
            return consumed + (_session.IsActive ? Reject() : 0);
        }

        return consumed;
    }

    // A response to an unseen HEAD, or one that announces no length and is followed by another.
    private int EndWithoutBody()
    {
        _guess = false;
        EndMessage();
        return 0;
    }

    private int FindHead(ReadOnlySpan<byte> data, int offset)
    {
        var found = HttpBoundary.Find(data, Kind, 0, _options, HttpScratch.Current.Head(_direction));
        if (found >= 0)
        {
            State = LaneState.Head;
            _searched = 0;
            Counters.DroppedBytes += found;
            return found;
        }

        var dropped = data.Length - HttpBoundary.TailToKeep(data);
        Counters.DroppedBytes += dropped;
        if (_failing && dropped > 0 && offset == 0)
        {
            CountInvalid();
        }

        return dropped == 0 ? Starved : dropped;
    }

    // The bytes cannot be a message: moves past the first and looks for the next boundary.
    private int Reject()
    {
        Counters.DroppedBytes++;
        StartResync(failing: true);
        CountInvalid();
        return 1;
    }

    private void StartResync(bool failing)
    {
        Counters.Resynchronisations++;
        (State, _failing, _searched, _guess) = (LaneState.Resync, failing, 0, false);
        _session.OnLoss(Kind);
    }
}
