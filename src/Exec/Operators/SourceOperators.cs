using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Operators;

/// <summary>Reads rows that are there, one batch a step; long batches are handed on as views.</summary>
internal abstract class PullSource : Operator
{
    private readonly PlanNode _node;
    private readonly Action _step; // once made, so that a step allocates nothing
    private IEnumerator<RowBatch>? _batches;
    private RowBatch? _batch;
    private int _start; // first row of the batch that was not handed on

    /// <summary>Nothing read yet.</summary>
    protected PullSource(PlanNode node, string kind, ExecutionScope scope)
        : base(node, kind, scope)
    {
        (_node, _step) = (node, Step);
    }

    /// <summary>Rows read.</summary>
    public long Rows { get; private set; }

    /// <summary>Bytes of the batches read.</summary>
    public long Bytes { get; private set; }

    /// <summary>True after the last row, or as soon as nobody wants more.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Whether its rows would only be held back until other sources have yielded some.</summary>
    public bool IsAhead => ConsumersCanWait;

    /// <summary>What the rows come from, for errors.</summary>
    protected abstract string Origin { get; }

    /// <summary>Hands on the next rows, at most as many as a batch may have; may find that there are none.</summary>
    public void Advance()
    {
        Scope.Cancellation.ThrowIfCancellationRequested();
        Measure(_step);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _batches?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void Process(int input, RowBatch batch) =>
        throw new InvalidOperationException($"{Origin} takes no rows.");

    /// <summary>The rows; called once.</summary>
    protected abstract IEnumerable<RowBatch> Read();

    private void Step()
    {
        if (!ConsumersWantRows || !Next(out var batch))
        {
            IsDone = true;
            return;
        }

        var count = Math.Min(Scope.Options.MaxBatchRows, batch.Rows - _start);
        Bytes += _start == 0 ? batch.Bytes : 0;
        Rows += count;
        var rows = count == batch.Rows ? batch : batch.Slice(_start, count);
        _start += count;
        Emit(rows);
    }

    // The batch with rows that were not handed on.
    private bool Next(out RowBatch batch)
    {
        _batches ??= Read().GetEnumerator();
        while (_batch is null || _start == _batch.Rows)
        {
            if (!_batches.MoveNext())
            {
                batch = null!;
                return false;
            }

            (_batch, _start) = (_batches.Current, 0);
            BatchShape.Require(_batch, _node.Columns, Origin);
        }

        batch = _batch;
        return true;
    }
}

/// <summary>Reads a table, as it is when the first rows are asked for.</summary>
internal sealed class TableScanOperator(TableScanNode node, ITableSource tables, ExecutionScope scope)
    : PullSource(node, "scan", scope)
{
    /// <inheritdoc/>
    protected override string Origin => node.Table;

    /// <summary>Rows in the range of time that the bounds of the scan made needless to read.</summary>
    public long SkippedRows { get; private set; }

    /// <summary>Batches of these rows.</summary>
    public int SkippedBatches { get; private set; }

    /// <inheritdoc/>
    public override OperatorStatistics Statistics => base.Statistics with { RowsSkipped = SkippedRows };

    /// <inheritdoc/>
    protected override IEnumerable<RowBatch> Read()
    {
        var snapshot = tables.Snapshot(
            node.Table,
            [.. node.Columns.Select(column => column.Name)],
            node.StartNs ?? long.MinValue,
            node.EndNs ?? long.MaxValue,
            ScanBounds.Of(node));
        (SkippedBatches, SkippedRows) = (snapshot.SkippedBatches, snapshot.SkippedRows);
        return snapshot.Batches;
    }
}

/// <summary>Reads the rows of a table function.</summary>
internal sealed class TableFunctionOperator(TableFunctionNode node, ExecutionScope scope)
    : PullSource(node, "tableFunction", scope)
{
    private readonly IEnumerable<RowBatch> _rows =
        scope.Options.Environment.TableFunctions.Read(node.Function, node.Arguments);

    /// <inheritdoc/>
    protected override string Origin => node.Function;

    /// <inheritdoc/>
    protected override IEnumerable<RowBatch> Read() => _rows;
}

/// <summary>Takes the rows that other nodes sent on a channel.</summary>
internal sealed class ExchangeSourceOperator(ExchangeSourceNode node, ExecutionScope scope)
    : Operator(node, "exchangeSource", scope)
{
    private readonly string _origin = $"channel {node.Channel}";

    /// <summary>The channel.</summary>
    public int Channel => node.Channel;

    /// <inheritdoc/>
    protected override void Process(int input, RowBatch batch)
    {
        BatchShape.Require(batch, node.Columns, _origin);
        for (var start = 0; start < batch.Rows && ConsumersWantRows; start += Scope.Options.MaxBatchRows)
        {
            var count = Math.Min(Scope.Options.MaxBatchRows, batch.Rows - start);
            Emit(count == batch.Rows ? batch : batch.Slice(start, count));
        }
    }
}
