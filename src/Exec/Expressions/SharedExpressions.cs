using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Expressions;

/// <summary>Cells of fixed width that several expressions use, computed once per batch.</summary>
internal sealed class SharedFixedExpression<T>(FixedExpression<T> inner) : FixedExpression<T>(inner.Type, inner)
    where T : unmanaged
{
    private ScratchBuffer<T> _cells;
    private RowBatch? _batch; // the one that _cells or _column are of
    private Column? _column;
    private bool _disposed;

    /// <inheritdoc/>
    public override ReadOnlySpan<T> Evaluate(RowBatch batch)
    {
        if (!ReferenceEquals(batch, _batch))
        {
            inner.EvaluateInto(batch, _cells.Get(batch.Rows));
            (_batch, _column) = (batch, null);
        }

        // The same length gives the same array, with what was written.
        return _column is FixedColumn<T> column ? column.Values : _cells.Get(batch.Rows);
    }

    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<T> destination) => Evaluate(batch).CopyTo(destination);

    /// <inheritdoc/>
    public override Column Materialize(RowBatch batch)
    {
        if (!ReferenceEquals(batch, _batch))
        {
            (_batch, _column) = (batch, inner.Materialize(batch));
        }

        return _column ??= FixedColumns.Create(Type, _cells.Get(batch.Rows).ToArray());
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _cells.Release();
        (_batch, _column) = (null, null);
        if (!_disposed)
        {
            _disposed = true; // every user disposes of it
            base.Dispose();
        }
    }
}

/// <summary>Strings that several expressions use, computed once per batch.</summary>
internal sealed class SharedStringExpression(StringExpression inner) : StringExpression(inner)
{
    private RowBatch? _batch;
    private StringColumn? _column;
    private bool _disposed;

    /// <inheritdoc/>
    public override StringColumn Evaluate(RowBatch batch)
    {
        if (!ReferenceEquals(batch, _batch))
        {
            (_batch, _column) = (batch, inner.Evaluate(batch));
        }

        return _column!;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        (_batch, _column) = (null, null);
        if (!_disposed)
        {
            _disposed = true;
            base.Dispose();
        }
    }
}
