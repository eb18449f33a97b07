using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Operators;

/// <summary>Yields a table of the answer.</summary>
internal sealed class ResultOperator(ResultNode node, ExecutionScope scope) : Operator(node, "result", scope)
{
    private bool _any;

    /// <inheritdoc/>
    public override bool WantsRows(int input) => true;

    /// <inheritdoc/>
    protected override void Complete()
    {
        if (!_any)
        {
            Scope.Sink.OnResult(node.Name, node.Columns, ZeroColumns.Batch(node.Columns, rows: 0));
        }
    }

    /// <inheritdoc/>
    protected override void Process(int input, RowBatch batch)
    {
        _any = true;
        CountOut(batch);
        Scope.Sink.OnResult(node.Name, node.Columns, BatchShape.WithoutLongDictionaries(batch));
    }
}

/// <summary>Sends rows to the merge part.</summary>
internal sealed class ExchangeSinkOperator(ExchangeSinkNode node, ExecutionScope scope)
    : Operator(node, "exchangeSink", scope)
{
    /// <inheritdoc/>
    public override bool WantsRows(int input) => true;

    /// <inheritdoc/>
    protected override void Process(int input, RowBatch batch)
    {
        CountOut(batch);
        Scope.Sink.OnExchange(node.Channel, node.Columns, BatchShape.WithoutLongDictionaries(batch));
    }
}
