using PixieOrleans.Exec.Grouping;

namespace PixieOrleans.Exec.Operators;

/// <summary>What the operators of one execution share; one thread uses it.</summary>
internal sealed class ExecutionScope
{
    private readonly Func<long>? _clockNs;
    private long _innerNs; // spent inside operators that the one being measured called

    /// <summary>Nothing is held yet.</summary>
    public ExecutionScope(ExecutionOptions options, IBatchSink sink)
    {
        (Options, Sink, _clockNs) = (options, sink, options.ClockNs);
        Total = MemoryBudget.Total(options);
        Aggregates = MemoryBudget.Aggregates(options, Total);
        Joins = MemoryBudget.Joins(options, Total);
        Unions = MemoryBudget.Unions(options, Total);
    }

    /// <summary>Bounds.</summary>
    public ExecutionOptions Options { get; }

    /// <summary>Takes what the plan yields.</summary>
    public IBatchSink Sink { get; }

    /// <summary>Bytes held by all operators.</summary>
    public MemoryBudget Total { get; }

    /// <summary>Bytes of aggregations.</summary>
    public MemoryBudget Aggregates { get; }

    /// <summary>Bytes of joins.</summary>
    public MemoryBudget Joins { get; }

    /// <summary>Bytes of rows that wait to be put in order.</summary>
    public MemoryBudget Unions { get; }

    /// <summary>Cancels the call that is running.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>Begins to measure one step of an operator; steps nest.</summary>
    public (long Start, long Outer) StartStep()
    {
        if (_clockNs is null)
        {
            return default;
        }

        var outer = _innerNs;
        _innerNs = 0;
        return (_clockNs(), outer);
    }

    /// <summary>Ends a step: its time without that of the steps inside it.</summary>
    public long EndStep((long Start, long Outer) step)
    {
        if (_clockNs is null)
        {
            return 0;
        }

        var elapsed = _clockNs() - step.Start;
        var own = elapsed - _innerNs;
        _innerNs = step.Outer + elapsed;
        return own;
    }
}
