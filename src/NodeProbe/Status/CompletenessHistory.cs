namespace PixieOrleans.NodeProbe.Status;

/// <summary>
/// Counts since the start, kept once a second for the last hour, so that the losses of an asked range can be told.
/// </summary>
/// <param name="capacity">Readings kept. Default 3,600.</param>
internal sealed class CompletenessHistory(int capacity = CompletenessHistory.DefaultReadings)
{
    private const int DefaultReadings = 3600;
    private static readonly NodeCompleteness Nothing = new();

    private readonly Lock _gate = new();
    private readonly (long TimeNs, NodeCompleteness Counts)[] _readings =
        new (long TimeNs, NodeCompleteness Counts)[capacity];

    private long _count;

    /// <summary>Keeps a reading. Times must not go back; a reading from before the last one replaces nothing.</summary>
    public void Add(long timeNs, NodeCompleteness counts)
    {
        lock (_gate)
        {
            if (_count > 0 && _readings[(_count - 1) % capacity].TimeNs >= timeNs)
            {
                return; // the wall clock was set back: the next reading past it counts
            }

            _readings[_count % capacity] = (timeNs, counts);
            _count++;
        }
    }

    /// <summary>
    /// Counts of [startNs, endNs]. The start is rounded down and the end up to a reading; a start before the first
    /// reading kept means since the start of the node, an end after the last one means <paramref name="now"/>.
    /// </summary>
    public NodeCompleteness Between(long startNs, long endNs, NodeCompleteness now)
    {
        lock (_gate)
        {
            var first = FirstAfter(startNs) - 1;
            var last = FirstAfter(endNs - 1);
            var oldest = Math.Max(0, _count - capacity);
            var before = first < oldest ? Nothing : _readings[first % capacity].Counts;
            var after = last >= _count ? now : _readings[last % capacity].Counts;
            return after - before;
        }
    }

    /// <summary>Number of the first reading later than a time; _count when there is none.</summary>
    private long FirstAfter(long timeNs)
    {
        var (low, high) = (Math.Max(0, _count - capacity), _count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (_readings[middle % capacity].TimeNs <= timeNs)
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
