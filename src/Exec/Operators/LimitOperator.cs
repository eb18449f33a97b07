using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Operators;

/// <summary>Hands on the first rows, then wants no more.</summary>
internal sealed class LimitOperator(LimitNode node) : Operator(node, "limit")
{
    private long _left = Math.Max(0, node.Rows);

    /// <inheritdoc/>
    public override bool WantsRows => _left > 0 && base.WantsRows;

    /// <inheritdoc/>
    protected override void Process(RowBatch batch)
    {
        var count = (int)Math.Min(_left, batch.Rows);
        _left -= count;
        Emit(count == batch.Rows ? batch : batch.Slice(0, count));
    }
}
