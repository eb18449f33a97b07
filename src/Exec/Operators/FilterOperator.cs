using System.Collections.Immutable;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Operators;

/// <summary>Hands on the rows for which a condition is true, copied together.</summary>
/// <param name="node">The plan node.</param>
/// <param name="conditions">The condition.</param>
/// <param name="columns">Positions of the output columns in the input.</param>
/// <param name="scope">What the operators share.</param>
internal sealed class FilterOperator(
    FilterNode node, FilterConditions conditions, ImmutableArray<int> columns, ExecutionScope scope)
    : Operator(node, "filter", scope)
{
    /// <inheritdoc/>
    public override void Dispose()
    {
        conditions.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void Process(int input, RowBatch batch)
    {
        var rows = conditions.Select(batch);
        if (rows.IsEmpty)
        {
            return;
        }

        var output = ImmutableArray.CreateBuilder<Column>(columns.Length);
        foreach (var column in columns)
        {
            var cells = batch.Columns[column];
            output.Add(rows.Length == batch.Rows ? cells : ColumnGather.Gather(cells, rows));
        }

        Emit(new RowBatch(output.MoveToImmutable(), rows.Length));
    }
}
