namespace PixieOrleans.Protocols.Framing;

/// <summary>Requests to use again, per thread, so that the steady path allocates none.</summary>
internal static class RequestPool<T>
    where T : PendingRequest, new()
{
    private const int MaxKept = 256; // requests
    private const long MaxKeptBytes = 16 << 10; // of one request; a larger one is left to the collector

    [ThreadStatic]
    private static Stack<T>? _kept;

    /// <summary>A request in its first state.</summary>
    public static T Rent() => _kept is { Count: > 0 } stack ? stack.Pop() : new T();

    /// <summary>Gives it back; nobody may use it any more.</summary>
    public static void Return(T request)
    {
        request.Reset();
        _kept ??= new Stack<T>(MaxKept);
        if (_kept.Count < MaxKept && request.RetainedBytes <= MaxKeptBytes)
        {
            _kept.Push(request);
        }
    }
}
