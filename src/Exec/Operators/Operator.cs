using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Operators;

/// <summary>One node of a running plan: takes batches, hands batches to its consumers. One thread drives all.</summary>
internal abstract class Operator(PlanNode node, string kind) : IDisposable
{
    private readonly List<Operator> _consumers = [];
    private long _rowsIn;
    private long _rowsOut;

    /// <summary>Whether a further row could change the answer.</summary>
    public virtual bool WantsRows
    {
        get
        {
            foreach (var consumer in _consumers)
            {
                if (consumer.WantsRows)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>What passed so far.</summary>
    public OperatorStatistics Statistics => new(node.Id, kind, _rowsIn, _rowsOut);

    /// <summary>Adds a consumer of the rows.</summary>
    public void AddConsumer(Operator consumer) => _consumers.Add(consumer);

    /// <summary>Takes a batch.</summary>
    public void Push(RowBatch batch)
    {
        _rowsIn += batch.Rows;
        Process(batch);
    }

    /// <summary>All inputs have ended; what was held back is handed on. Called once, inputs first.</summary>
    public virtual void Complete()
    {
    }

    /// <summary>Returns rented arrays.</summary>
    public virtual void Dispose()
    {
    }

    /// <summary>Works on a batch of at least one row, unless the sender says otherwise.</summary>
    protected abstract void Process(RowBatch batch);

    /// <summary>Hands a batch to the consumers that still want rows.</summary>
    protected void Emit(RowBatch batch)
    {
        if (batch.Rows == 0)
        {
            return;
        }

        CountOut(batch.Rows);
        foreach (var consumer in _consumers)
        {
            if (consumer.WantsRows)
            {
                consumer.Push(batch);
            }
        }
    }

    /// <summary>Counts rows yielded.</summary>
    protected void CountOut(int rows) => _rowsOut += rows;
}
