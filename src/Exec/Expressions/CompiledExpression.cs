using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Expressions;

/// <summary>An expression bound to the columns of its input; one thread evaluates it, batch by batch.</summary>
/// <remarks>
/// Temporaries live in arrays that the expression rents once and uses for every batch; Dispose returns them.
/// What <see cref="Materialize"/> returns is an exact array of its own (or a column of the input) and may be kept.
/// </remarks>
internal abstract class CompiledExpression(DataType type, ImmutableArray<CompiledExpression> children) : IDisposable
{
    /// <summary>Type of the values.</summary>
    public DataType Type { get; } = type;

    /// <summary>Whether the value is the same for all rows.</summary>
    public virtual bool IsConstant => false;

    /// <summary>The values of all rows, as a column that may be kept.</summary>
    public abstract Column Materialize(RowBatch batch);

    /// <summary>Returns rented arrays.</summary>
    public virtual void Dispose()
    {
        foreach (var child in children)
        {
            child.Dispose();
        }
    }
}

/// <summary>An expression whose values have a fixed width.</summary>
internal abstract class FixedExpression<T>(DataType type, params ImmutableArray<CompiledExpression> children)
    : CompiledExpression(type, children)
    where T : unmanaged
{
    private ScratchBuffer<T> _scratch;

    /// <summary>The value of a constant.</summary>
    public virtual T ConstantValue => throw new InvalidOperationException("Not a constant.");

    /// <summary>Writes the value of every row.</summary>
    /// <param name="batch">The input.</param>
    /// <param name="destination">As long as the batch has rows.</param>
    public abstract void EvaluateInto(RowBatch batch, Span<T> destination);

    /// <summary>The value of every row; borrowed until the next call.</summary>
    public virtual ReadOnlySpan<T> Evaluate(RowBatch batch)
    {
        var cells = _scratch.Get(batch.Rows);
        EvaluateInto(batch, cells);
        return cells;
    }

    /// <inheritdoc/>
    public override Column Materialize(RowBatch batch)
    {
        var cells = GC.AllocateUninitializedArray<T>(batch.Rows);
        EvaluateInto(batch, cells);
        return FixedColumns.Create(Type, cells);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _scratch.Release();
        base.Dispose();
    }
}

/// <summary>An expression whose values are strings.</summary>
internal abstract class StringExpression(params ImmutableArray<CompiledExpression> children)
    : CompiledExpression(DataType.String, children)
{
    /// <summary>The bytes of a constant.</summary>
    public virtual byte[] ConstantValue => throw new InvalidOperationException("Not a constant.");

    /// <summary>The values of all rows; may be kept.</summary>
    public abstract StringColumn Evaluate(RowBatch batch);

    /// <inheritdoc/>
    public override Column Materialize(RowBatch batch) => Evaluate(batch);
}
