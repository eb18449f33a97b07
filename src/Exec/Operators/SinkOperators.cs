using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Operators;

/// <summary>Yields a table of the answer.</summary>
internal sealed class ResultOperator(ResultNode node, IBatchSink sink) : Operator(node, "result")
{
    private bool _any;

    /// <inheritdoc/>
    public override bool WantsRows => true;

    /// <inheritdoc/>
    public override void Complete()
    {
        if (!_any)
        {
            sink.OnResult(node.Name, node.Columns, EmptyBatch(node.Columns));
        }
    }

    /// <inheritdoc/>
    protected override void Process(RowBatch batch)
    {
        _any = true;
        CountOut(batch.Rows);
        sink.OnResult(node.Name, node.Columns, BatchShape.WithoutLongDictionaries(batch));
    }

    private static RowBatch EmptyBatch(ImmutableArray<ColumnSchema> columns) => new(
        [.. columns.Select(column => (Column)(column.Type switch
        {
            DataType.Boolean => new BooleanColumn(default),
            DataType.Float64 => new Float64Column(default),
            DataType.UInt128 => new UInt128Column(default),
            DataType.String => new ArenaStringColumn(new int[1], default),
            _ => new Int64Column(default, column.Type),
        }))],
        rows: 0);
}

/// <summary>Sends rows to the merge part.</summary>
internal sealed class ExchangeSinkOperator(ExchangeSinkNode node, IBatchSink sink) : Operator(node, "exchangeSink")
{
    /// <inheritdoc/>
    public override bool WantsRows => true;

    /// <inheritdoc/>
    protected override void Process(RowBatch batch)
    {
        CountOut(batch.Rows);
        sink.OnExchange(node.Channel, node.Columns, BatchShape.WithoutLongDictionaries(batch));
    }
}
