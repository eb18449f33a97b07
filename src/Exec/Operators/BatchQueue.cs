using PixieOrleans.Exec.Grouping;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Operators;

/// <summary>Batches that wait, and the bytes that they are charged for.</summary>
internal sealed class BatchQueue(MemoryBudget budget)
{
    private readonly Queue<(RowBatch Batch, long Bytes)> _batches = new();
    private BatchBytes _size;

    /// <summary>Rows that wait.</summary>
    public long Rows { get; private set; }

    /// <summary>Bytes that they are charged for.</summary>
    public long Bytes { get; private set; }

    /// <summary>Number of batches.</summary>
    public int Count => _batches.Count;

    /// <summary>The batches, oldest first.</summary>
    public IEnumerable<RowBatch> Batches => _batches.Select(entry => entry.Batch);

    /// <summary>The oldest batch.</summary>
    public RowBatch First => _batches.Peek().Batch;

    /// <summary>Adds a batch.</summary>
    /// <exception cref="QueryLimitException">There is no room for it.</exception>
    public void Enqueue(RowBatch batch)
    {
        var bytes = _size.Of(batch);
        budget.Charge(bytes);
        _batches.Enqueue((batch, bytes));
        Rows += batch.Rows;
        Bytes += bytes;
    }

    /// <summary>Takes the oldest batch.</summary>
    public RowBatch Dequeue()
    {
        var (batch, bytes) = _batches.Dequeue();
        budget.Charge(-bytes);
        Rows -= batch.Rows;
        Bytes -= bytes;
        return batch;
    }

    /// <summary>Forgets all batches.</summary>
    public void Clear()
    {
        while (Count > 0)
        {
            Dequeue();
        }
    }
}
