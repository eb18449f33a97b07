using PixieOrleans.Exec.Expressions;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Kernels;

/// <summary>A function from byte to byte.</summary>
internal interface IStringMap
{
    /// <summary>One byte.</summary>
    static abstract byte Apply(byte value);
}

/// <summary>A function that yields strings; collects them in an arena.</summary>
internal abstract class StringResultExpression(ExecutionOptions options, params CompiledExpression[] children)
    : StringExpression([.. children])
{
    private readonly StringArena _arena = new(options.MaxStringColumnBytes);

    /// <inheritdoc/>
    public override StringColumn Evaluate(RowBatch batch)
    {
        _arena.Start();
        Write(batch, _arena);
        return _arena.ToColumn();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _arena.Dispose();
        base.Dispose();
    }

    /// <summary>Writes one cell per row.</summary>
    protected abstract void Write(RowBatch batch, StringArena arena);
}

/// <summary>Maps every byte.</summary>
internal sealed class StringMapExpression<TMap>(StringExpression input, ExecutionOptions options)
    : StringResultExpression(options, input)
    where TMap : struct, IStringMap
{
    /// <inheritdoc/>
    protected override void Write(RowBatch batch, StringArena arena)
    {
        var cells = input.Evaluate(batch);
        for (var row = 0; row < batch.Rows; row++)
        {
            var source = cells.GetUtf8(row);
            var target = arena.Reserve(source.Length);
            for (var i = 0; i < source.Length; i++)
            {
                target[i] = TMap.Apply(source[i]);
            }

            arena.EndCell();
        }
    }
}

/// <summary>Joins two strings.</summary>
internal sealed class ConcatenateExpression(StringExpression left, StringExpression right, ExecutionOptions options)
    : StringResultExpression(options, left, right)
{
    /// <inheritdoc/>
    protected override void Write(RowBatch batch, StringArena arena)
    {
        var (lefts, rights) = (left.Evaluate(batch), right.Evaluate(batch));
        for (var row = 0; row < batch.Rows; row++)
        {
            arena.Append(lefts.GetUtf8(row));
            arena.Append(rights.GetUtf8(row));
            arena.EndCell();
        }
    }
}

/// <summary>Bytes from a position on; empty when the position is outside or the length negative.</summary>
internal sealed class SubstringExpression(
    StringExpression input, FixedExpression<long> position, FixedExpression<long> length, ExecutionOptions options)
    : StringResultExpression(options, input, position, length)
{
    /// <inheritdoc/>
    protected override void Write(RowBatch batch, StringArena arena)
    {
        var cells = input.Evaluate(batch);
        var positions = position.Evaluate(batch);
        var lengths = length.Evaluate(batch);
        for (var row = 0; row < batch.Rows; row++)
        {
            var cell = cells.GetUtf8(row);
            var start = positions[row];
            if (start >= 0 && start <= cell.Length && lengths[row] >= 0)
            {
                arena.Append(cell.Slice((int)start, (int)Math.Min(lengths[row], cell.Length - start)));
            }

            arena.EndCell();
        }
    }
}
