using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Kernels;

/// <summary>A comparison of two values of one type.</summary>
internal interface IComparison<T>
    where T : unmanaged
{
    /// <summary>Whether the form for vectors exists.</summary>
    static abstract bool IsVectorized { get; }

    /// <summary>One pair.</summary>
    static abstract bool Apply(T left, T right);

    /// <summary>A vector of pairs; all bits of a lane are set where the comparison holds.</summary>
    static abstract Vector256<T> Apply(Vector256<T> left, Vector256<T> right);
}

/// <summary>Compares two columns, or a column and a constant.</summary>
internal sealed class ComparisonExpression<T, TComparison>(FixedExpression<T> left, FixedExpression<T> right)
    : FixedExpression<bool>(DataType.Boolean, left, right)
    where T : unmanaged
    where TComparison : struct, IComparison<T>
{
    private const int Lanes = 4; // of 64 bits in a vector of 256

    /// <summary>Four truth bytes for four mask bits; lowest bit is the lowest byte.</summary>
    private static readonly uint[] BytesOfMask =
    [
        0x00000000, 0x00000001, 0x00000100, 0x00000101, 0x00010000, 0x00010001, 0x00010100, 0x00010101,
        0x01000000, 0x01000001, 0x01000100, 0x01000101, 0x01010000, 0x01010001, 0x01010100, 0x01010101,
    ];

    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<bool> destination)
    {
        destination = destination[..batch.Rows];
        if (right.IsConstant)
        {
            WithRight(left.Evaluate(batch), right.ConstantValue, destination);
        }
        else
        {
            Columns(left.Evaluate(batch), right.Evaluate(batch), destination);
        }
    }

    private static void Columns(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<bool> destination)
    {
        var done = 0;
        if (TComparison.IsVectorized && BitConverter.IsLittleEndian)
        {
            var lefts = MemoryMarshal.Cast<T, Vector256<T>>(left);
            var rights = MemoryMarshal.Cast<T, Vector256<T>>(right)[..lefts.Length];
            var results = MemoryMarshal.Cast<bool, uint>(destination)[..lefts.Length];
            var bytesOfMask = BytesOfMask;
            for (var i = 0; i < lefts.Length; i++)
            {
                var mask = TComparison.Apply(lefts[i], rights[i]).ExtractMostSignificantBits();
                results[i] = bytesOfMask[(int)mask & 15];
            }

            done = lefts.Length * Lanes;
        }

        for (; done < destination.Length; done++)
        {
            destination[done] = TComparison.Apply(left[done], right[done]);
        }
    }

    private static void WithRight(ReadOnlySpan<T> left, T right, Span<bool> destination)
    {
        var done = 0;
        if (TComparison.IsVectorized && BitConverter.IsLittleEndian)
        {
            var lefts = MemoryMarshal.Cast<T, Vector256<T>>(left);
            var results = MemoryMarshal.Cast<bool, uint>(destination)[..lefts.Length];
            var bytesOfMask = BytesOfMask;
            var rights = Vector256.Create(right);
            for (var i = 0; i < lefts.Length; i++)
            {
                var mask = TComparison.Apply(lefts[i], rights).ExtractMostSignificantBits();
                results[i] = bytesOfMask[(int)mask & 15];
            }

            done = lefts.Length * Lanes;
        }

        for (; done < destination.Length; done++)
        {
            destination[done] = TComparison.Apply(left[done], right);
        }
    }
}
