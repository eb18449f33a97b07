using PixieOrleans.Exec.Expressions;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Kernels;

/// <summary>A function from two strings to a string.</summary>
internal interface IStringPairTransform
{
    /// <summary>Appends the result for one pair to the cell being written; does not end the cell.</summary>
    static abstract void Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, StringArena result);
}

/// <summary>A transform of two strings whose right side is a constant.</summary>
internal readonly struct RightBoundTransform<TTransform>(byte[] right) : IStringTransform
    where TTransform : struct, IStringPairTransform
{
    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<byte> value, StringArena result) => TTransform.Apply(value, right, result);
}

/// <summary>A transform of two strings whose left side is a constant.</summary>
internal readonly struct LeftBoundTransform<TTransform>(byte[] left) : IStringTransform
    where TTransform : struct, IStringPairTransform
{
    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<byte> value, StringArena result) => TTransform.Apply(left, value, result);
}

/// <summary>Applies a transform to two String columns.</summary>
internal sealed class StringPairTransformExpression<TTransform>(
    StringExpression left, StringExpression right, ExecutionOptions options)
    : StringResultExpression(options, left, right)
    where TTransform : struct, IStringPairTransform
{
    /// <summary>The expression that fits; beside a constant, a dictionary costs its distinct values.</summary>
    public static StringExpression Create(StringExpression left, StringExpression right, ExecutionOptions options)
    {
        if (right.IsConstant)
        {
            return new StringTransformExpression<RightBoundTransform<TTransform>>(
                left, new RightBoundTransform<TTransform>(right.ConstantValue), options);
        }

        return left.IsConstant
            ? new StringTransformExpression<LeftBoundTransform<TTransform>>(
                right, new LeftBoundTransform<TTransform>(left.ConstantValue), options)
            : new StringPairTransformExpression<TTransform>(left, right, options);
    }

    /// <inheritdoc/>
    protected override void Write(RowBatch batch, StringArena arena)
    {
        var (lefts, rights) = (left.Evaluate(batch), right.Evaluate(batch));
        for (var row = 0; row < batch.Rows; row++)
        {
            TTransform.Apply(lefts.GetUtf8(row), rights.GetUtf8(row), arena);
            arena.EndCell();
        }
    }
}
