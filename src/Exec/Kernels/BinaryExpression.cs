using System.Numerics;
using System.Runtime.InteropServices;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Kernels;

/// <summary>A function of two values of one type.</summary>
internal interface IBinaryOperation<T>
    where T : unmanaged
{
    /// <summary>Whether the form for vectors exists.</summary>
    static abstract bool IsVectorized { get; }

    /// <summary>One pair.</summary>
    static abstract T Apply(T left, T right);

    /// <summary>A vector of pairs.</summary>
    static abstract Vector<T> Apply(Vector<T> left, Vector<T> right);
}


/// <summary>Applies an operation to two columns, or to a column and a constant.</summary>
internal sealed class BinaryExpression<T, TOperation>(
    FixedExpression<T> left, FixedExpression<T> right, DataType type) : FixedExpression<T>(type, left, right)
    where T : unmanaged
    where TOperation : struct, IBinaryOperation<T>
{
    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<T> destination)
    {
        destination = destination[..batch.Rows];
        if (right.IsConstant)
        {
            WithRight(left.Evaluate(batch), right.ConstantValue, destination);
        }
        else if (left.IsConstant)
        {
            WithLeft(left.ConstantValue, right.Evaluate(batch), destination);
        }
        else
        {
            Columns(left.Evaluate(batch), right.Evaluate(batch), destination);
        }
    }

    private static void Columns(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> destination)
    {
        var done = 0;
        if (TOperation.IsVectorized)
        {
            var lefts = MemoryMarshal.Cast<T, Vector<T>>(left);
            var rights = MemoryMarshal.Cast<T, Vector<T>>(right)[..lefts.Length];
            var results = MemoryMarshal.Cast<T, Vector<T>>(destination)[..lefts.Length];
            for (var i = 0; i < lefts.Length; i++)
            {
                results[i] = TOperation.Apply(lefts[i], rights[i]);
            }

            done = lefts.Length * Vector<T>.Count;
        }

        for (; done < destination.Length; done++)
        {
            destination[done] = TOperation.Apply(left[done], right[done]);
        }
    }

    private static void WithRight(ReadOnlySpan<T> left, T right, Span<T> destination)
    {
        var done = 0;
        if (TOperation.IsVectorized)
        {
            var lefts = MemoryMarshal.Cast<T, Vector<T>>(left);
            var results = MemoryMarshal.Cast<T, Vector<T>>(destination)[..lefts.Length];
            var rights = new Vector<T>(right);
            for (var i = 0; i < lefts.Length; i++)
            {
                results[i] = TOperation.Apply(lefts[i], rights);
            }

            done = lefts.Length * Vector<T>.Count;
        }

        for (; done < destination.Length; done++)
        {
            destination[done] = TOperation.Apply(left[done], right);
        }
    }

    private static void WithLeft(T left, ReadOnlySpan<T> right, Span<T> destination)
    {
        var done = 0;
        if (TOperation.IsVectorized)
        {
            var rights = MemoryMarshal.Cast<T, Vector<T>>(right);
            var results = MemoryMarshal.Cast<T, Vector<T>>(destination)[..rights.Length];
            var lefts = new Vector<T>(left);
            for (var i = 0; i < rights.Length; i++)
            {
                results[i] = TOperation.Apply(lefts, rights[i]);
            }

            done = rights.Length * Vector<T>.Count;
        }

        for (; done < destination.Length; done++)
        {
            destination[done] = TOperation.Apply(left, right[done]);
        }
    }
}
