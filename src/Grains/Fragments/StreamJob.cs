using System.Collections.Immutable;
using System.Threading.Channels;
using PixieOrleans.Exec;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Grains.Fragments;

/// <summary>
/// One stream between its tables and its reader. The runner's thread steps it; a step never waits: it reads new rows
/// only when what came of the rows before has been fetched or fits into the channel.
/// </summary>
internal sealed class StreamJob : IBatchSink, IDisposable
{
    private const int BatchesPerStep = 4; // of a table's batches, so that streams take turns

    private readonly CancellationTokenSource _timeout;
    private readonly Channel<FragmentPart> _parts;
    private readonly Queue<FragmentPart> _pending = new();
    private readonly ImmutableArray<ITableCursor> _cursors;
    private readonly PlanExecution _execution;
    private readonly int _blockBytes;
    private volatile bool _cancelled;
    private long _rowsLost;

    public StreamJob(
        FragmentRequest request,
        StreamPlan plan,
        ITableSource tables,
        ExecutionOptions execute,
        FragmentOptions options,
        TimeProvider time)
    {
        Request = request;
        _blockBytes = options.BlockBytes;
        _parts = Channel.CreateBounded<FragmentPart>(
            new BoundedChannelOptions(options.MaxWaitingBlocks) { SingleReader = true, SingleWriter = true });
        _cursors = plan.Follow(tables);
        _execution = new PlanExecution(plan.Plan, null, execute, this);
        var timeout = request.TimeoutMs > 0 ? TimeSpan.FromMilliseconds(request.TimeoutMs) : Timeout.InfiniteTimeSpan;
        _timeout = new CancellationTokenSource(timeout, time);
        Token = _timeout.Token;
    }

    public FragmentRequest Request { get; }

    /// <summary>Ends when the stream's time is up.</summary>
    public CancellationToken Token { get; }

    /// <summary>What the reader fetches.</summary>
    public ChannelReader<FragmentPart> Parts => _parts.Reader;

    /// <summary>True when nobody wants more rows.</summary>
    public bool IsOver => _cancelled || Token.IsCancellationRequested;

    /// <summary>True when the reader left.</summary>
    public bool IsCancelled => _cancelled;

    /// <summary>True when there is more than fits into the channel; fetching makes room.</summary>
    public bool IsBlocked { get; private set; }

    public long RowsRead { get; private set; }

    public long BytesRead { get; private set; }

    public long RowsSent { get; private set; }

    public long RowsLost => _rowsLost;

    /// <summary>What the operators did.</summary>
    public ImmutableArray<OperatorFigures> Operators => _execution.Statistics.ToFigures();

    /// <summary>Called by the reader when it leaves.</summary>
    public void Cancel() => _cancelled = true;

    /// <summary>Reads and sends what is new. False when there was nothing, or the reader has to fetch first.</summary>
    public bool Step()
    {
        if (!Flush())
        {
            return false;
        }

        var before = RowsRead;
        for (var channel = 0; channel < _cursors.Length; channel++)
        {
            foreach (var batch in _cursors[channel].Read(BatchesPerStep))
            {
                RowsRead += batch.Rows;
                BytesRead += batch.Bytes;
                _execution.Push(channel, batch);
            }
        }

        NoteLosses();
        Flush();
        return RowsRead > before;
    }

    /// <summary>Ends the stream; a reader that left or lags too far does not see the summary.</summary>
    public void Finish(FragmentSummary summary)
    {
        Flush();
        _parts.Writer.TryWrite(summary);
        _parts.Writer.TryComplete();
    }

    public void OnResult(string table, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
        throw new FormatException($"The fragment writes the result '{table}' instead of a channel.");

    public void OnExchange(int channel, ImmutableArray<ColumnSchema> columns, RowBatch batch)
    {
        RowsSent += batch.Rows;
        foreach (var block in RowBlocks.Encode(columns, batch, _blockBytes))
        {
            _pending.Enqueue(new FragmentBlock(channel, block.Bytes, block.Rows));
        }
    }

    public void Dispose()
    {
        _execution.Dispose();
        _timeout.Dispose();
    }

    private bool Flush()
    {
        while (_pending.TryPeek(out var part) && _parts.Writer.TryWrite(part))
        {
            _pending.Dequeue();
        }

        IsBlocked = _pending.Count > 0;
        return !IsBlocked;
    }

    private void NoteLosses()
    {
        var lost = _cursors.Sum(cursor => cursor.RowsLost);
        if (lost > _rowsLost)
        {
            _rowsLost = lost;
            _pending.Enqueue(new FragmentLoss(lost));
        }
    }
}
