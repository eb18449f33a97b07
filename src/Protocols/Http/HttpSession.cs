using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Http;

/// <summary>An HTTP/1.x connection: pairs responses with requests in order and writes rows of http_events.</summary>
internal sealed class HttpSession : IProtocolSession
{
    private readonly SessionContext _context;
    private readonly HttpOptions _options;
    private readonly HttpLane _egress;
    private readonly HttpLane _ingress;
    private HttpExchangeQueue _queue;
    private ConnectionAddresses _addresses;
    private bool _pipelined; // requests were sent before the answers to earlier ones came
    private bool _responsesLost; // since the last response

    public HttpSession(SessionContext context, HttpOptions options)
    {
        _context = context;
        _options = options;
        _egress = new HttpLane(this, Direction.Egress, options, context);
        _ingress = new HttpLane(this, Direction.Ingress, options, context);
        if (context.Role is Role.Client or Role.Server)
        {
            SetKind(_ingress, context.Role == Role.Server ? HttpMessageKind.Request : HttpMessageKind.Response);
        }
    }

    /// <inheritdoc/>
    public SessionState State { get; private set; }

    /// <summary>What asked for HTTP/2 and got 101; null when nothing did.</summary>
    public HttpUpgrade? Upgrade { get; private set; }

    /// <summary>True while bytes are parsed.</summary>
    public bool IsActive => State == SessionState.Active;

    /// <inheritdoc/>
    public long RetainedBytes
    {
        get
        {
            var bytes = _egress.RetainedBytes + _ingress.RetainedBytes;
            for (var exchange = _queue.First; exchange is not null; exchange = exchange.Next)
            {
                bytes += exchange.RetainedBytes;
            }

            return bytes;
        }
    }

    private HttpLane Requests => _ingress.Kind == HttpMessageKind.Request ? _ingress : _egress;

    private HttpLane Responses => _ingress.Kind == HttpMessageKind.Request ? _egress : _ingress;

    /// <summary>Body of a response to a known request.</summary>
    public static HttpBodyKind BodyOf(HttpHead head, HttpExchange exchange) =>
        IsTunnel(head.Status, exchange)
            ? HttpBodyKind.None
            : HttpFraming.BodyOf(head, toHead: exchange.Request.Line.SequenceEqual("HEAD"u8));

    /// <summary>Where the reading of a direction ended; null before.</summary>
    public ulong? EndPositionOf(Direction direction) =>
        (direction == Direction.Ingress ? _ingress : _egress).EndPosition;

    /// <inheritdoc/>
    public void OnData(Direction direction, ulong position, long timeNs, ReadOnlySpan<byte> payload)
    {
        _context.Counters.PayloadBytes += payload.Length;
        if (IsActive)
        {
            (direction == Direction.Ingress ? _ingress : _egress).OnData(position, timeNs, payload);
        }
    }

    /// <inheritdoc/>
    public void OnClose(long timeNs, ulong sentBytes, ulong receivedBytes)
    {
        if (IsActive)
        {
            var (requestBytes, responseBytes) =
                Requests == _ingress ? (receivedBytes, sentBytes) : (sentBytes, receivedBytes);
            Requests.OnClose(timeNs, requestBytes);
            Responses.OnClose(timeNs, responseBytes);
        }

        Flush(timeNs);
    }

    /// <inheritdoc/>
    public void OnTick(long nowNs)
    {
        if (!IsActive)
        {
            return;
        }

        _egress.OnTick(nowNs);
        _ingress.OnTick(nowNs);
        var expiryNs = _options.RequestExpiry.Ticks * TimeSpan.NanosecondsPerTick;
        while (_queue.First is { HasResponse: false } oldest && nowNs - oldest.Request.TimeNs >= expiryNs)
        {
            Finish(_queue.Dequeue(), nowNs);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _egress.Clear();
        _ingress.Clear();
        while (_queue.First is not null)
        {
            HttpScratch.Current.Return(_queue.Dequeue());
        }
    }

    /// <summary>A lane knows what it carries; so does the other, and the role follows.</summary>
    public void SetKind(HttpLane lane, HttpMessageKind kind)
    {
        var request = kind == HttpMessageKind.Request;
        lane.Kind = kind;
        var other = lane == _ingress ? _egress : _ingress;
        other.Kind = request ? HttpMessageKind.Response : HttpMessageKind.Request;
        if (_context.Role is not (Role.Client or Role.Server))
        {
            _context.Role = request == (lane == _ingress) ? Role.Server : Role.Client;
        }
    }

    /// <summary>The head of a request; <paramref name="data"/> is what it was parsed from.</summary>
    public HttpExchange OnRequest(ReadOnlySpan<byte> data, HttpHead head, long timeNs, bool startsChunk)
    {
        var exchange = HttpScratch.Current.Rent();
        exchange.Request.Begin(data, head, _options, _context.Counters);
        exchange.Request.TimeNs = timeNs;
        if (_queue.Count > 0)
        {
            _pipelined |= !startsChunk;
            Responses.GiveUpGaps(timeNs); // nobody sends this before the answer that is waited for
        }

        _queue.Enqueue(exchange);
        while (_queue.Count > _options.MaxPendingRequests
            || (_queue.Bytes > _options.PendingRequestBytes && _queue.Count > 2))
        {
            Finish(_queue.First!.HasResponse ? _queue.DequeueSecond() : _queue.Dequeue(), timeNs);
        }

        return exchange;
    }

    /// <summary>The whole request passed.</summary>
    public void OnRequestEnd(HttpExchange exchange, long timeNs)
    {
        exchange.Request.TimeNs = timeNs;
        exchange.Request.IsComplete = true;
        if (exchange.Response.IsComplete)
        {
            Finish(_queue.Dequeue(), exchange.Response.TimeNs);
        }
    }

    /// <summary>The head of a response; null when no request is known for it.</summary>
    public HttpExchange? OnResponse(ReadOnlySpan<byte> data, HttpHead head, long timeNs)
    {
        Requests.GiveUpGaps(timeNs); // a request that is answered is not on its way any more
        if (_queue.First is { HasResponse: true } answered)
        {
            Finish(_queue.Dequeue(), answered.Response.TimeNs); // before all of its request was sent
        }

        if (_responsesLost)
        {
            Realign(timeNs);
        }

        _pipelined |= _queue.Count > 1;
        if (_queue.First is not { } exchange)
        {
            _context.Counters.ResponsesWithoutRequest++;
            return null;
        }

        exchange.HasResponse = true;
        exchange.Response.Begin(data, head, _options, _context.Counters);
        exchange.Response.TimeNs = timeNs;
        return exchange;
    }

    /// <summary>The whole response passed, or all of it that there is.</summary>
    public void OnResponseEnd(HttpExchange exchange, long timeNs)
    {
        exchange.Response.TimeNs = timeNs;
        exchange.Response.IsComplete = true;
        var upgraded = IsTunnel(exchange.Response.Status, exchange);
        if (exchange.Response.Status == 101 && exchange.Response.Headers.IndexOf("\":\"h2c\""u8) >= 0)
        {
            var request = exchange.Request;
            Upgrade = new HttpUpgrade(request.Line.ToArray(), request.Target.ToArray(), request.TimeNs);
        }

        if (exchange.Request.IsComplete || upgraded)
        {
            Finish(_queue.Dequeue(), timeNs);
        }

        if (upgraded)
        {
            End(SessionState.EndOfStream, timeNs);
        }
    }

    /// <summary>Messages were lost in a lane.</summary>
    public void OnLoss(HttpMessageKind kind) => _responsesLost |= kind == HttpMessageKind.Response;

    /// <summary>The bytes are not HTTP.</summary>
    public void Fail(long timeNs)
    {
        if (IsActive)
        {
            _context.Counters.FailedSessions++;
            End(SessionState.Failed, timeNs);
        }
    }

    // 101, or 2xx to CONNECT (RFC 9110 §9.3.6): what follows is another protocol.
    private static bool IsTunnel(int status, HttpExchange exchange) =>
        status == 101 || (status / 100 == 2 && exchange.Request.Line.SequenceEqual("CONNECT"u8));

    // After lost responses the next one belongs to the newest request, unless requests do not wait for answers: then
    // nobody knows which, and none is better than a wrong one.
    private void Realign(long timeNs)
    {
        _responsesLost = false;
        var keep = _pipelined ? 0 : 1;
        while (_queue.Count > keep)
        {
            Finish(_queue.Dequeue(), timeNs);
        }
    }

    private void End(SessionState state, long timeNs)
    {
        State = state;
        Flush(timeNs);
    }

    private void Flush(long timeNs)
    {
        while (_queue.First is { } exchange)
        {
            Finish(_queue.Dequeue(), exchange.HasResponse ? exchange.Response.TimeNs : timeNs);
        }

        Dispose();
    }

    // Writes the row of an exchange that left the queue.
    private void Finish(HttpExchange exchange, long timeNs)
    {
        var counters = _context.Counters;
        if (!exchange.HasResponse)
        {
            counters.RequestsWithoutResponse++;
        }

        HttpEventsTable.Write(_context, ref _addresses, exchange, timeNs, _options);
        counters.Records++;
        _egress.Detach(exchange);
        _ingress.Detach(exchange);
        HttpScratch.Current.Return(exchange);
    }
}

/// <summary>A request that was answered by 101 and then over HTTP/2: method, target, time of its last byte.</summary>
internal sealed record HttpUpgrade(byte[] Method, byte[] Target, long TimeNs);
