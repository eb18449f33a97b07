using System.Collections.Immutable;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Operators;

/// <summary>Computes the output columns.</summary>
internal sealed class MapOperator(MapNode node, ImmutableArray<CompiledExpression> values, ExecutionScope scope)
    : Operator(node, "map", scope)
{
    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var value in values)
        {
            value.Dispose();
        }

        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void Process(int input, RowBatch batch)
    {
        var columns = ImmutableArray.CreateBuilder<Column>(values.Length);
        foreach (var value in values)
        {
            columns.Add(value.Materialize(batch));
        }

        Emit(new RowBatch(columns.MoveToImmutable(), batch.Rows));
    }
}
