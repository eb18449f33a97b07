using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Operators;

/// <summary>
/// One node of a running plan: takes batches on numbered inputs, hands batches to its consumers. One thread drives all.
/// </summary>
internal abstract class Operator(PlanNode node, string kind, ExecutionScope scope) : IDisposable
{
    private readonly List<(Operator Operator, int Input)> _consumers = [];
    private int _openInputs = Math.Max(1, node.Inputs.Length); // a source is ended by who drives it, on input 0
    private BatchBytes _batchBytes;
    private long _rowsIn;
    private long _rowsOut;
    private long _bytesOut;
    private long _ownNs;

    /// <summary>What passed so far.</summary>
    public virtual OperatorStatistics Statistics => new(node.Id, kind, _rowsIn, _rowsOut, _bytesOut, _ownNs);

    /// <summary>Whether a further row could change what a consumer yields.</summary>
    protected bool ConsumersWantRows
    {
        get
        {
            foreach (var (consumer, input) in _consumers)
            {
                if (consumer.WantsRows(input))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether every consumer would rather have rows of other inputs first.</summary>
    protected bool ConsumersCanWait
    {
        get
        {
            foreach (var (consumer, input) in _consumers)
            {
                if (!consumer.CanWait(input))
                {
                    return false;
                }
            }

            return _consumers.Count > 0;
        }
    }

    /// <summary>What the operators of the execution share.</summary>
    protected ExecutionScope Scope => scope;

    /// <summary>Whether a further row on an input could change the answer.</summary>
    public virtual bool WantsRows(int input) => ConsumersWantRows;

    /// <summary>Whether rows on an input would only be held back until rows come on another one.</summary>
    public virtual bool CanWait(int input) => ConsumersCanWait;

    /// <summary>Adds a consumer of the rows.</summary>
    public void AddConsumer(Operator consumer, int input) => _consumers.Add((consumer, input));

    /// <summary>Takes a batch.</summary>
    public void Push(int input, RowBatch batch)
    {
        scope.Cancellation.ThrowIfCancellationRequested();
        _rowsIn += batch.Rows;
        var step = scope.StartStep();
        Process(input, batch);
        _ownNs += scope.EndStep(step);
    }

    /// <summary>An input has ended; with the last one, what was held back is handed on and the consumers are told.
    /// </summary>
    public void End(int input)
    {
        var step = scope.StartStep();
        OnEnded(input);
        _openInputs--;
        if (_openInputs == 0)
        {
            Complete();
        }

        _ownNs += scope.EndStep(step);
        if (_openInputs == 0)
        {
            foreach (var (consumer, port) in _consumers)
            {
                consumer.End(port);
            }
        }
    }

    /// <summary>Returns rented arrays.</summary>
    public virtual void Dispose()
    {
    }

    /// <summary>Works on a batch of at least one row, unless the sender says otherwise.</summary>
    protected abstract void Process(int input, RowBatch batch);

    /// <summary>One of the inputs has ended.</summary>
    protected virtual void OnEnded(int input)
    {
    }

    /// <summary>All inputs have ended; what was held back is handed on. Called once.</summary>
    protected virtual void Complete()
    {
    }

    /// <summary>Hands a batch to the consumers that still want rows.</summary>
    protected void Emit(RowBatch batch)
    {
        if (batch.Rows == 0)
        {
            return;
        }

        scope.Cancellation.ThrowIfCancellationRequested();
        CountOut(batch);
        foreach (var (consumer, input) in _consumers)
        {
            if (consumer.WantsRows(input))
            {
                consumer.Push(input, batch);
            }
        }
    }

    /// <summary>Counts rows yielded.</summary>
    protected void CountOut(RowBatch batch)
    {
        _rowsOut += batch.Rows;
        _bytesOut += _batchBytes.Of(batch);
    }

    /// <summary>Measures a step that nobody pushed.</summary>
    protected void Measure(Action action)
    {
        var step = scope.StartStep();
        action();
        _ownNs += scope.EndStep(step);
    }
}
