using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Expressions;

/// <summary>A column of fixed width of the input; copies nothing.</summary>
internal sealed class FixedColumnReference<T>(DataType type, int index) : FixedExpression<T>(type)
    where T : unmanaged
{
    /// <inheritdoc/>
    public override ReadOnlySpan<T> Evaluate(RowBatch batch) => ((FixedColumn<T>)batch.Columns[index]).Values;

    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<T> destination) => Evaluate(batch).CopyTo(destination);

    /// <inheritdoc/>
    public override Column Materialize(RowBatch batch)
    {
        var column = batch.Columns[index];
        return column.Type == Type
            ? column
            : new Int64Column(((Int64Column)column).Memory, Type); // Int64 and Time64Ns share a layout
    }
}

/// <summary>A String column of the input; copies nothing.</summary>
internal sealed class StringColumnReference(int index) : StringExpression
{
    /// <inheritdoc/>
    public override StringColumn Evaluate(RowBatch batch) => (StringColumn)batch.Columns[index];
}
