namespace PixieOrleans.Protocols.Framing;

/// <summary>A request that waits for its answer; made once and used again.</summary>
internal abstract class PendingRequest
{
    /// <summary>When it was sent, ns since 1970.</summary>
    public long TimeNs { get; set; }

    /// <summary>When its first byte passed, where that matters; ns since 1970.</summary>
    public long StartNs { get; set; }

    /// <summary>Number that its answer names; unused where answers come in order.</summary>
    public long Key { get; set; }

    /// <summary>Bytes of memory held.</summary>
    public abstract long RetainedBytes { get; }

    internal PendingRequest? Older { get; set; }

    internal PendingRequest? Newer { get; set; }

    internal long CountedBytes { get; set; }

    /// <summary>Makes it as good as new.</summary>
    public abstract void Reset();
}

/// <summary>
/// Requests of one connection that wait for their answers, oldest first. Where answers may overtake each other they are
/// found by key; a key that is used again replaces the older request.
/// </summary>
/// <param name="keyed">Whether requests are looked up by key.</param>
internal sealed class PendingRequests<T>(bool keyed)
    where T : PendingRequest
{
    private readonly Dictionary<long, T>? _byKey = keyed ? [] : null;
    private PendingRequest? _oldest;
    private PendingRequest? _newest;

    /// <summary>Requests that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes that they hold.</summary>
    public long Bytes { get; private set; }

    /// <summary>The one that has waited longest.</summary>
    public T? Oldest => (T?)_oldest;

    /// <summary>The one sent last.</summary>
    public T? Newest => (T?)_newest;

    /// <summary>Adds a request at the end. Returns an older one of the same key, now removed, or null.</summary>
    public T? Add(T request)
    {
        T? replaced = null;
        if (_byKey is not null)
        {
            if (_byKey.TryGetValue(request.Key, out replaced))
            {
                Remove(replaced);
            }

            _byKey.Add(request.Key, request);
        }

        request.CountedBytes = request.RetainedBytes;
        (request.Older, request.Newer) = (_newest, null);
        _oldest ??= request;
        if (_newest is not null)
        {
            _newest.Newer = request;
        }

        _newest = request;
        Count++;
        Bytes += request.CountedBytes;
        return replaced;
    }

    /// <summary>The request of a key, or null.</summary>
    public T? Find(long key) => _byKey!.GetValueOrDefault(key);

    /// <summary>Takes a request out.</summary>
    public void Remove(T request)
    {
        _byKey?.Remove(request.Key);
        if (request.Older is { } older)
        {
            older.Newer = request.Newer;
        }
        else
        {
            _oldest = request.Newer;
        }

        if (request.Newer is { } newer)
        {
            newer.Older = request.Older;
        }
        else
        {
            _newest = request.Older;
        }

        (request.Older, request.Newer) = (null, null);
        Count--;
        Bytes -= request.CountedBytes;
    }

    /// <summary>Takes the oldest one out; null without any.</summary>
    public T? TakeOldest()
    {
        var oldest = Oldest;
        if (oldest is not null)
        {
            Remove(oldest);
        }

        return oldest;
    }

    /// <summary>Takes the oldest one out when the bounds are exceeded or it is older than a time.</summary>
    public T? TakeOverdue(FramingOptions options, long beforeNs) =>
        Oldest is { } oldest
        && (Count > options.MaxPendingRequests
            || (Bytes > options.PendingRequestBytes && Count > 1)
            || oldest.TimeNs < beforeNs)
            ? TakeOldest()
            : null;
}
