using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Kernels;

/// <summary>A function of two strings.</summary>
internal interface IStringPairFunction<T>
    where T : unmanaged
{
    /// <summary>One pair.</summary>
    static abstract T Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right);
}

/// <summary>A condition on two strings.</summary>
internal interface IStringPredicate : IStringPairFunction<bool>;

/// <summary>A function of one string, which may carry constants.</summary>
internal interface IStringFunction<T>
    where T : unmanaged
{
    /// <summary>One string.</summary>
    T Apply(ReadOnlySpan<byte> value);
}

/// <summary>A function of two strings whose right side is a constant.</summary>
internal readonly struct RightBound<T, TFunction>(byte[] right) : IStringFunction<T>
    where T : unmanaged
    where TFunction : struct, IStringPairFunction<T>
{
    /// <inheritdoc/>
    public T Apply(ReadOnlySpan<byte> value) => TFunction.Apply(value, right);
}

/// <summary>A function of two strings whose left side is a constant.</summary>
internal readonly struct LeftBound<T, TFunction>(byte[] left) : IStringFunction<T>
    where T : unmanaged
    where TFunction : struct, IStringPairFunction<T>
{
    /// <inheritdoc/>
    public T Apply(ReadOnlySpan<byte> value) => TFunction.Apply(left, value);
}

/// <summary>Applies a function to a String column; to a dictionary once per distinct value.</summary>
internal sealed class StringFunctionExpression<T, TFunction>(
    StringExpression input, TFunction function, DataType type) : FixedExpression<T>(type, input)
    where T : unmanaged
    where TFunction : struct, IStringFunction<T>
{
    private ArenaStringColumn? _known;
    private T[] _results = [];

    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<T> destination)
    {
        switch (input.Evaluate(batch))
        {
            case DictionaryStringColumn encoded:
                ApplyToCodes(encoded, destination);
                break;
            case ArenaStringColumn arena:
                ApplyToArena(arena, destination);
                break;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        (function as IDisposable)?.Dispose();
        base.Dispose();
    }

    private void ApplyToCodes(DictionaryStringColumn encoded, Span<T> destination)
    {
        // The batches of a table share dictionaries with their slices, so the results hold for many batches.
        if (!ReferenceEquals(encoded.Dictionary, _known))
        {
            if (_results.Length < encoded.Dictionary.Length)
            {
                _results = new T[encoded.Dictionary.Length];
            }

            ApplyToArena(encoded.Dictionary, _results);
            _known = encoded.Dictionary;
        }

        var codes = encoded.Codes.Span;
        var results = _results;
        destination = destination[..codes.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            destination[i] = results[codes[i]];
        }
    }

    private void ApplyToArena(ArenaStringColumn arena, Span<T> destination)
    {
        var offsets = arena.Offsets.Span;
        var bytes = arena.Arena.Span;
        var start = offsets[0];
        for (var i = 0; i < offsets.Length - 1; i++)
        {
            var end = offsets[i + 1];
            destination[i] = function.Apply(bytes[start..end]);
            start = end;
        }
    }
}

/// <summary>Applies a function to two String columns.</summary>
internal sealed class StringPairExpression<T, TFunction>(StringExpression left, StringExpression right, DataType type)
    : FixedExpression<T>(type, left, right)
    where T : unmanaged
    where TFunction : struct, IStringPairFunction<T>
{
    /// <summary>The expression that fits; beside a constant, a dictionary costs its distinct values.</summary>
    public static FixedExpression<T> Create(StringExpression left, StringExpression right, DataType type)
    {
        if (right.IsConstant)
        {
            return new StringFunctionExpression<T, RightBound<T, TFunction>>(
                left, new RightBound<T, TFunction>(right.ConstantValue), type);
        }

        return left.IsConstant
            ? new StringFunctionExpression<T, LeftBound<T, TFunction>>(
                right, new LeftBound<T, TFunction>(left.ConstantValue), type)
            : new StringPairExpression<T, TFunction>(left, right, type);
    }

    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<T> destination)
    {
        var (lefts, rights) = (left.Evaluate(batch), right.Evaluate(batch));
        for (var i = 0; i < batch.Rows; i++)
        {
            destination[i] = TFunction.Apply(lefts.GetUtf8(i), rights.GetUtf8(i));
        }
    }
}
