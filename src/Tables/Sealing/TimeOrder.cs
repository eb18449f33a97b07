namespace PixieOrleans.Tables.Sealing;

/// <summary>Order and ranges of rows by time.</summary>
internal static class TimeOrder
{
    /// <summary>Rows ordered by time; rows of the same time keep their order.</summary>
    public static int[] Sort(ReadOnlySpan<long> times)
    {
        var keys = times.ToArray();
        var rows = new int[times.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
        }

        Array.Sort(keys, rows);
        for (var start = 0; start < keys.Length;)
        {
            var end = start + 1;
            while (end < keys.Length && keys[end] == keys[start])
            {
                end++;
            }

            Array.Sort(rows, start, end - start);
            start = end;
        }

        return rows;
    }

    /// <summary>First row and count of the rows in [startNs, endNs] of ascending times.</summary>
    public static (int First, int Count) Range(ReadOnlySpan<long> times, long startNs, long endNs)
    {
        var first = LowerBound(times, startNs);
        var end = endNs == long.MaxValue ? times.Length : LowerBound(times, endNs + 1);
        return (first, Math.Max(0, end - first));
    }

    /// <summary>Rows in [startNs, endNs] of times in any order.</summary>
    public static int[] Select(ReadOnlySpan<long> times, long startNs, long endNs)
    {
        var rows = new List<int>();
        for (var i = 0; i < times.Length; i++)
        {
            if (times[i] >= startNs && times[i] <= endNs)
            {
                rows.Add(i);
            }
        }

        return [.. rows];
    }

    private static int LowerBound(ReadOnlySpan<long> times, long time)
    {
        var (low, high) = (0, times.Length);
        while (low < high)
        {
            var middle = (int)((uint)(low + high) >> 1);
            if (times[middle] < time)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
