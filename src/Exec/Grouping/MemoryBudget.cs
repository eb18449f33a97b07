using System.Runtime.CompilerServices;

namespace PixieOrleans.Exec.Grouping;

/// <summary>Counts the bytes that the aggregations of one plan hold, and refuses more than the bound.</summary>
internal sealed class MemoryBudget(long limitBytes)
{
    /// <summary>Bytes held.</summary>
    public long UsedBytes { get; private set; }

    /// <summary>Accounts for bytes about to be allocated; negative for bytes given back.</summary>
    /// <exception cref="QueryLimitException">They exceed the bound.</exception>
    public void Charge(long bytes)
    {
        if (UsedBytes + bytes > limitBytes)
        {
            throw new QueryLimitException(
                $"The groups of this query need more than MaxAggregateBytes = {limitBytes} bytes. "
                + "Group by fewer distinct values, or filter first.");
        }

        UsedBytes += bytes;
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
