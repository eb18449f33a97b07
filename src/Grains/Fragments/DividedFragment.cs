using System.Collections.Immutable;
using PixieOrleans.Exec;
using PixieOrleans.Exec.Splitting;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Tables;

namespace PixieOrleans.Grains.Fragments;

/// <summary>
/// Runs a fragment that sends nothing but states of aggregations on several threads, each over a part of the batches.
/// What they send is kept until all have ended; their memory together is bounded as that of one.
/// </summary>
internal sealed class DividedFragment
{
    private readonly Plan _plan;
    private readonly CancellationTokenSource _cancel;
    private readonly ImmutableArray<Part> _parts;
    private Exception? _fault; // the first; those that follow from the cancellation do not count

    private DividedFragment(
        Plan plan,
        ITableSource tables,
        Func<ExecutionOptions> options,
        int threads,
        CancellationToken cancellationToken)
    {
        _plan = plan;
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _parts = [.. ScanParts.Divide(tables, threads).Select(rows => new Part(rows, Share(options(), threads)))];
    }

    /// <summary>Runs all parts, one of them on this thread; false when they need more memory than the whole may have,
    /// as groups that several parts meet are held by each.</summary>
    /// <param name="plan">A fragment that may be divided.</param>
    /// <param name="tables">The node's tables.</param>
    /// <param name="options">Makes the options of the whole, once per part.</param>
    /// <param name="threads">Parts.</param>
    /// <param name="sink">Gets what all parts sent, at the end.</param>
    /// <param name="scanned">Rows and bytes read.</param>
    /// <param name="cancellationToken">Ends all parts.</param>
    public static bool TryRun(
        Plan plan,
        ITableSource tables,
        Func<ExecutionOptions> options,
        int threads,
        IBatchSink sink,
        out (long Rows, long Bytes) scanned,
        CancellationToken cancellationToken)
    {
        var divided = new DividedFragment(plan, tables, options, threads, cancellationToken);
        using (divided._cancel)
        {
            divided.RunAll();
        }

        scanned = (divided._parts.Sum(part => part.Rows), divided._parts.Sum(part => part.Bytes));
        if (divided._fault is QueryLimitException)
        {
            return false;
        }

        if (divided._fault is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(divided._fault);
        }

        foreach (var part in divided._parts)
        {
            part.SendTo(sink);
        }

        return true;
    }

    private static ExecutionOptions Share(ExecutionOptions options, int threads)
    {
        options.MaxExecutionBytes /= threads;
        options.MaxAggregateBytes /= threads;
        return options;
    }

    private void RunAll()
    {
        var threads = _parts.Skip(1).Select((part, i) =>
            new Thread(() => Run(part)) { IsBackground = true, Name = $"pxo-query-part-{i + 1}" }).ToList();
        threads.ForEach(thread => thread.Start());
        Run(_parts[0]);
        threads.ForEach(thread => thread.Join());
    }

    private void Run(Part part)
    {
        try
        {
            part.Run(_plan, _cancel.Token);
        }
        catch (Exception e) // rethrown by the thread that started the parts
        {
            Interlocked.CompareExchange(ref _fault, e, null);
            _cancel.Cancel();
        }
    }

    /// <summary>One part's rows, and what it sends.</summary>
    private sealed class Part(ITableSource rows, ExecutionOptions options) : IBatchSink
    {
        private readonly List<(int Channel, ImmutableArray<ColumnSchema> Columns, RowBatch Batch)> _sent = [];

        public long Rows { get; private set; }

        public long Bytes { get; private set; }

        public void Run(Plan plan, CancellationToken cancellationToken)
        {
            using var execution = new PlanExecution(plan, rows, options, this);
            execution.RunScans(cancellationToken);
            execution.Complete(cancellationToken);
            (Rows, Bytes) = (execution.Statistics.RowsScanned, execution.Statistics.BytesScanned);
        }

        public void SendTo(IBatchSink sink)
        {
            foreach (var (channel, columns, batch) in _sent)
            {
                sink.OnExchange(channel, columns, batch);
            }
        }

        public void OnResult(string table, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
            throw new FormatException($"The fragment writes the result '{table}' instead of a channel.");

        public void OnExchange(int channel, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
            _sent.Add((channel, columns, batch));
    }
}
