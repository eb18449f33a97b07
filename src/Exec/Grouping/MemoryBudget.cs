using System.Runtime.CompilerServices;

namespace PixieOrleans.Exec.Grouping;

/// <summary>Counts the bytes that one kind of operators of a plan hold, and refuses more than the bound.</summary>
/// <remarks>Whatever is charged here is charged to the parent too.</remarks>
internal sealed class MemoryBudget
{
    private readonly long _limitBytes;
    private readonly string _limit; // how the error begins, without the figure
    private readonly string _advice;
    private readonly MemoryBudget? _parent;

    /// <summary>A budget of aggregations alone.</summary>
    public MemoryBudget(long limitBytes)
        : this(
            limitBytes,
            "The groups of this query need more than MaxAggregateBytes",
            "Group by fewer distinct values, or filter first.",
            parent: null)
    {
    }

    private MemoryBudget(long limitBytes, string limit, string advice, MemoryBudget? parent)
    {
        (_limitBytes, _limit, _advice, _parent) = (limitBytes, limit, advice, parent);
    }

    /// <summary>Bytes held.</summary>
    public long UsedBytes { get; private set; }

    /// <summary>The most bytes that were held at a time.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>The budget of everything that one execution holds.</summary>
    public static MemoryBudget Total(ExecutionOptions options) => new(
        options.MaxExecutionBytes,
        "The groups, joins and buffers of this query need more than MaxExecutionBytes",
        "Filter or aggregate before joining, or ask for a shorter time range.",
        parent: null);

    /// <summary>The part of a budget that aggregations may use.</summary>
    public static MemoryBudget Aggregates(ExecutionOptions options, MemoryBudget parent) => new(
        options.MaxAggregateBytes,
        "The groups of this query need more than MaxAggregateBytes",
        "Group by fewer distinct values, or filter first.",
        parent);

    /// <summary>The part of a budget that joins may use.</summary>
    public static MemoryBudget Joins(ExecutionOptions options, MemoryBudget parent) => new(
        options.MaxJoinBytes,
        "The joins of this query need more than MaxJoinBytes",
        "Filter, aggregate or drop columns before joining, or let the smaller input be the right one.",
        parent);

    /// <summary>The part of a budget that waits to be put in order.</summary>
    public static MemoryBudget Unions(ExecutionOptions options, MemoryBudget parent) => new(
        options.MaxUnionBytes,
        "The rows that this query puts in order need more than MaxUnionBytes",
        "Append fewer rows.",
        parent);

    /// <summary>A budget of one operator, whose bytes can be given back at once.</summary>
    public MemoryBudget Child() => new(long.MaxValue, _limit, _advice, this);

    /// <summary>Whether so many more bytes keep the bound.</summary>
    public bool HasRoom(long bytes) =>
        UsedBytes + bytes <= _limitBytes && (_parent is null || _parent.HasRoom(bytes));

    /// <summary>Accounts for bytes about to be allocated; negative for bytes given back.</summary>
    /// <exception cref="QueryLimitException">They exceed the bound.</exception>
    public void Charge(long bytes)
    {
        if (bytes > 0 && UsedBytes + bytes > _limitBytes)
        {
            throw new QueryLimitException($"{_limit} = {_limitBytes} bytes. {_advice}");
        }

        _parent?.Charge(bytes);
        UsedBytes += bytes;
        PeakBytes = Math.Max(PeakBytes, UsedBytes);
    }

    /// <summary>A longer copy of an array; doubles it at least.</summary>
    public T[] Grow<T>(T[] array, int length)
    {
        var wanted = (int)Math.Min(Array.MaxLength, Math.Max(length, Math.Max(16, 2L * array.Length)));
        if (wanted < length)
        {
            throw new QueryLimitException("The groups of this query need more than one array can hold.");
        }

        Charge((long)(wanted - array.Length) * Unsafe.SizeOf<T>());
        Array.Resize(ref array, wanted);
        return array;
    }

    /// <summary>A new array in place of one that is dropped.</summary>
    public T[] Replace<T>(T[] dropped, int length)
    {
        Charge((long)(length - dropped.Length) * Unsafe.SizeOf<T>());
        return new T[length];
    }
}
