using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Operators;

/// <summary>Reads a table; long batches are handed on as views of at most the batch size.</summary>
internal sealed class TableScanOperator(TableScanNode node, ITableSource tables, ExecutionOptions options)
    : Operator(node, "scan")
{
    /// <summary>Rows read.</summary>
    public long Rows { get; private set; }

    /// <summary>Bytes of the batches read.</summary>
    public long Bytes { get; private set; }

    /// <summary>Reads to the end of the snapshot, or until nobody wants more.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        if (!WantsRows)
        {
            return;
        }

        var columns = node.Columns.Select(column => column.Name);
        var batches = tables.Snapshot(
            node.Table, [.. columns], node.StartNs ?? long.MinValue, node.EndNs ?? long.MaxValue);
        foreach (var batch in batches)
        {
            BatchShape.Require(batch, node.Columns, node.Table);
            for (var start = 0; start < batch.Rows; start += options.MaxBatchRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!WantsRows)
                {
                    return;
                }

                var count = Math.Min(options.MaxBatchRows, batch.Rows - start);
                Bytes += start == 0 ? batch.Bytes : 0;
                Rows += count;
                Emit(count == batch.Rows ? batch : batch.Slice(start, count));
            }
        }
    }

    /// <inheritdoc/>
    protected override void Process(RowBatch batch) =>
        throw new InvalidOperationException("A scan takes no rows.");
}

/// <summary>Takes the rows that other nodes sent on a channel.</summary>
internal sealed class ExchangeSourceOperator(ExchangeSourceNode node, ExecutionOptions options)
    : Operator(node, "exchangeSource")
{
    private readonly string _origin = $"channel {node.Channel}";

    /// <summary>The channel.</summary>
    public int Channel => node.Channel;

    /// <inheritdoc/>
    protected override void Process(RowBatch batch)
    {
        BatchShape.Require(batch, node.Columns, _origin);
        for (var start = 0; start < batch.Rows && WantsRows; start += options.MaxBatchRows)
        {
            var count = Math.Min(options.MaxBatchRows, batch.Rows - start);
            Emit(count == batch.Rows ? batch : batch.Slice(start, count));
        }
    }
}
