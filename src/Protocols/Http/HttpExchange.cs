using PixieOrleans.Model;

namespace PixieOrleans.Protocols.Http;

/// <summary>A request and its response. Reused through <see cref="HttpScratch"/>.</summary>
internal sealed class HttpExchange
{
    /// <summary>The request.</summary>
    public HttpMessage Request { get; } = new();

    /// <summary>The response.</summary>
    public HttpMessage Response { get; } = new();

    /// <summary>The head of the response was seen.</summary>
    public bool HasResponse { get; set; }

    /// <summary>The next exchange, in the order of requests; or the next free one.</summary>
    public HttpExchange? Next { get; set; }

    /// <summary>Bytes that it counts for in its queue.</summary>
    public int QueuedBytes { get; set; }

    /// <summary>Bytes of memory held.</summary>
    public int RetainedBytes => Request.RetainedBytes + Response.RetainedBytes;
}

/// <summary>The exchanges of one connection whose rows are not written yet, in the order of their requests.</summary>
internal struct HttpExchangeQueue
{
    private HttpExchange? _last;

    /// <summary>The oldest.</summary>
    public HttpExchange? First { get; private set; }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes held when they were added.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds the newest.</summary>
    public void Enqueue(HttpExchange exchange)
    {
        exchange.QueuedBytes = exchange.RetainedBytes;
        if (_last is null)
        {
            First = exchange;
        }
        else
        {
            _last.Next = exchange;
        }

        _last = exchange;
        Count++;
        Bytes += exchange.QueuedBytes;
    }

    /// <summary>Takes the oldest out.</summary>
    public HttpExchange Dequeue()
    {
        var exchange = First ?? throw new InvalidOperationException("the queue is empty");
        First = exchange.Next;
        return Leave(exchange, First is null ? null : _last);
    }

    /// <summary>Takes the one after the oldest out.</summary>
    public HttpExchange DequeueSecond()
    {
        var exchange = First?.Next ?? throw new InvalidOperationException("the queue has no second exchange");
        First.Next = exchange.Next;
        return Leave(exchange, exchange.Next is null ? First : _last);
    }

    private HttpExchange Leave(HttpExchange exchange, HttpExchange? last)
    {
        _last = last;
        exchange.Next = null;
        Count--;
        Bytes -= exchange.QueuedBytes;
        return exchange;
    }
}

/// <summary>What the sessions of one thread share, so that an idle session holds none of it.</summary>
internal sealed class HttpScratch
{
    private const int MaxFree = 64; // exchanges
    private const int MaxKeptBytes = 16 << 10; // of a free message's buffer

    [ThreadStatic]
    private static HttpScratch? _current;

    private readonly HttpHead _egressHead = new();
    private readonly HttpHead _ingressHead = new();
    private HttpExchange? _free;
    private int _freeCount;

    /// <summary>The calling thread's.</summary>
    public static HttpScratch Current => _current ??= new HttpScratch();

    /// <summary>The head being parsed in a direction; reading one direction may set off reading the other.</summary>
    public HttpHead Head(Direction direction) => direction == Direction.Ingress ? _ingressHead : _egressHead;

    /// <summary>An empty exchange; to be returned.</summary>
    public HttpExchange Rent()
    {
        if (_free is not { } exchange)
        {
            return new HttpExchange();
        }

        _free = exchange.Next;
        exchange.Next = null;
        _freeCount--;
        return exchange;
    }

    /// <summary>Takes an exchange back.</summary>
    public void Return(HttpExchange exchange)
    {
        var keep = _freeCount < MaxFree;
        exchange.Request.Reset(keep ? MaxKeptBytes : 0);
        exchange.Response.Reset(keep ? MaxKeptBytes : 0);
        exchange.HasResponse = false;
        if (keep)
        {
            exchange.Next = _free;
            _free = exchange;
            _freeCount++;
        }
    }
}
