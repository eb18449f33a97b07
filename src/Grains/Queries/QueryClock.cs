namespace PixieOrleans.Grains.Queries;

/// <summary>Times of one query.</summary>
internal sealed class QueryClock(TimeProvider time)
{
    private const long NsPerTick = 100;
    private readonly long _received = time.GetTimestamp();

    /// <summary>Time of receipt, ns since 1970; the query's "now".</summary>
    public long NowNs { get; } = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * NsPerTick;

    /// <summary>The clock behind.</summary>
    public TimeProvider Time => time;

    /// <summary>Time it took to compile, ns.</summary>
    public long CompileNs { get; private set; }

    /// <summary>Time since receipt.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_received);

    /// <summary>The same in ns.</summary>
    public long ElapsedNs => Elapsed.Ticks * NsPerTick;

    /// <summary>Ends the time to compile.</summary>
    public void Compiled() => CompileNs = ElapsedNs;
}
