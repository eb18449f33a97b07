using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Operators;

/// <summary>Hands on the first rows, then wants no more.</summary>
internal sealed class LimitOperator(LimitNode node, ExecutionScope scope) : Operator(node, "limit", scope)
{
    private long _left = Math.Max(0, node.Rows);

    /// <inheritdoc/>
    public override bool WantsRows(int input) => _left > 0 && ConsumersWantRows;

    /// <inheritdoc/>
    protected override void Process(int input, RowBatch batch)
    {
        var count = (int)Math.Min(_left, batch.Rows);
        _left -= count;
        Emit(count == batch.Rows ? batch : batch.Slice(0, count));
    }
}
