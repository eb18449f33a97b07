using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Operators;

/// <summary>Hands on the rows for which a condition is true, copied together.</summary>
/// <param name="node">The plan node.</param>
/// <param name="predicate">The condition.</param>
/// <param name="columns">Positions of the output columns in the input.</param>
/// <param name="scope">What the operators share.</param>
internal sealed class FilterOperator(
    FilterNode node, FixedExpression<bool> predicate, ImmutableArray<int> columns, ExecutionScope scope)
    : Operator(node, "filter", scope)
{
    private ScratchBuffer<int> _rows;

    /// <inheritdoc/>
    public override void Dispose()
    {
        predicate.Dispose();
        _rows.Release();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void Process(int input, RowBatch batch)
    {
        var scratch = _rows.Get(batch.Rows);
        var rows = scratch[..Select(MemoryMarshal.AsBytes(predicate.Evaluate(batch)), scratch)];
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

    // Without a branch: what passes is not predictable.
    private static int Select(ReadOnlySpan<byte> truths, Span<int> rows)
    {
        var count = 0;
        for (var i = 0; i < truths.Length; i++)
        {
            rows[count] = i;
            count += truths[i];
        }

        return count;
    }
}
