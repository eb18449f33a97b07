using PixieOrleans.Exec.Grouping;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Operators;

/// <summary>The rows of one input of a merge by time that wait.</summary>
internal sealed class TimeMergeInput(int time, MemoryBudget budget)
{
    private readonly BatchQueue _batches = new(budget);
    private long _latest = long.MinValue; // greatest time of the rows taken

    /// <summary>No more rows will come.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Whether rows wait.</summary>
    public bool HasRows => _batches.Count > 0;

    /// <summary>The batch of the next row.</summary>
    public RowBatch First => _batches.First;

    /// <summary>Position of the next row in it.</summary>
    public int Row { get; private set; }

    /// <summary>Rows of the first batch that wait.</summary>
    public int Left => First.Rows - Row;

    /// <summary>Place of the next row in the order.</summary>
    public long Place => Math.Max(_latest, TimesOf(First)[Row]);

    /// <summary>Adds rows; false, and nothing is added, when there is no room for them.</summary>
    public bool TryAdd(RowBatch batch)
    {
        var fits = budget.HasRoom(batch.Bytes);
        if (fits)
        {
            _batches.Enqueue(batch);
        }

        return fits;
    }

    /// <summary>Takes note of rows that go past.</summary>
    public void Pass(RowBatch batch)
    {
        foreach (var cell in TimesOf(batch))
        {
            _latest = Math.Max(_latest, cell);
        }
    }

    /// <summary>How many of the next rows of the first batch come before a place, or at it when this input does.
    /// </summary>
    public int CountBefore(long place, bool winsTies)
    {
        var times = TimesOf(First)[Row..];
        var count = 0;
        while (count < times.Length && (times[count] < place || (winsTies && times[count] == place)))
        {
            count++; // _latest cannot be behind the place, or another input would be first
        }

        return count;
    }

    /// <summary>The next rows, all of the first batch.</summary>
    public RowBatch Take(int count)
    {
        var batch = First;
        var rows = count == batch.Rows ? batch : batch.Slice(Row, count);
        Pass(rows);
        Move(count);
        return rows;
    }

    /// <summary>Goes past the next row; false when the first batch ends with it.</summary>
    public bool Step()
    {
        _latest = Place;
        return Move(1);
    }

    private bool Move(int count)
    {
        Row += count;
        if (Row < First.Rows)
        {
            return true;
        }

        _batches.Dequeue();
        Row = 0;
        return false;
    }

    private ReadOnlySpan<long> TimesOf(RowBatch batch) => ((Int64Column)batch.Columns[time]).Values;
}
