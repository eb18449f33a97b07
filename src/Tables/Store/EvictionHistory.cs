namespace PixieOrleans.Tables.Store;

/// <summary>
/// Time ranges of evicted rows, in a fixed number of entries: when it is full, neighbours are merged.
/// </summary>
/// <remarks>Not thread-safe; guarded by the table's lock.</remarks>
internal sealed class EvictionHistory(int capacity = EvictionHistory.DefaultEntries)
{
    private const int DefaultEntries = 1024;

    private readonly List<Entry> _entries = [];

    /// <summary>Adds an evicted batch.</summary>
    public void Add(long minTimeNs, long maxTimeNs, long rows)
    {
        if (_entries.Count == capacity)
        {
            // Merge neighbours pairwise: amortised constant, and old ranges become coarse before new ones do.
            var half = capacity / 2;
            for (var i = 0; i < half; i++)
            {
                _entries[i] = _entries[2 * i].Merge(_entries[(2 * i) + 1]);
            }

            _entries.RemoveRange(half, half);
        }

        _entries.Add(new Entry(minTimeNs, maxTimeNs, rows));
    }

    /// <summary>
    /// Rows evicted inside [<paramref name="startNs"/>, <paramref name="endNs"/>]; a batch partly inside counts with
    /// its share of time, rounded up.
    /// </summary>
    public long RowsBetween(long startNs, long endNs)
    {
        double rows = 0;
        foreach (var entry in _entries)
        {
            rows += entry.RowsBetween(startNs, endNs);
        }

        return (long)Math.Ceiling(rows);
    }

    private readonly record struct Entry(long MinTimeNs, long MaxTimeNs, long Rows)
    {
        public Entry Merge(Entry other) => new(
            Math.Min(MinTimeNs, other.MinTimeNs), Math.Max(MaxTimeNs, other.MaxTimeNs), Rows + other.Rows);

        public double RowsBetween(long startNs, long endNs)
        {
            var first = Math.Max(startNs, MinTimeNs);
            var last = Math.Min(endNs, MaxTimeNs);
            if (first > last)
            {
                return 0;
            }

            return Rows * ((double)last - first + 1) / ((double)MaxTimeNs - MinTimeNs + 1);
        }
    }
}
