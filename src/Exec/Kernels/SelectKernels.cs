using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Kernels;

/// <summary>select: the second argument where the first is true, else the third; both are computed.</summary>
internal static class SelectKernels
{
    /// <summary>Adds the family.</summary>
    public static void Register(KernelTable table)
    {
        table.Add("select", "BBB:B", Of<bool>);
        table.Add("select", "BII:I BTT:T", Of<long>);
        table.Add("select", "BFF:F", Of<double>);
        table.Add("select", "BSS:S", call => new StringSelectExpression(
            (FixedExpression<bool>)call.Arguments[0],
            (StringExpression)call.Arguments[1],
            (StringExpression)call.Arguments[2],
            call.Options));
    }

    private static FixedSelectExpression<T> Of<T>(KernelCall call)
        where T : unmanaged =>
        new((FixedExpression<bool>)call.Arguments[0],
            (FixedExpression<T>)call.Arguments[1],
            (FixedExpression<T>)call.Arguments[2],
            call.Result);
}

/// <summary>Chooses between two columns of fixed width, or constants.</summary>
internal sealed class FixedSelectExpression<T>(
    FixedExpression<bool> condition, FixedExpression<T> then, FixedExpression<T> otherwise, DataType type)
    : FixedExpression<T>(type, condition, then, otherwise)
    where T : unmanaged
{
    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<T> destination)
    {
        destination = destination[..batch.Rows];
        otherwise.EvaluateInto(batch, destination);
        Overwrite(
            condition.Evaluate(batch)[..destination.Length],
            then.Evaluate(batch)[..destination.Length],
            destination);
    }

    private static void Overwrite(ReadOnlySpan<bool> truths, ReadOnlySpan<T> values, Span<T> destination)
    {
        var done = 0;
        if (Unsafe.SizeOf<T>() == sizeof(long))
        {
            done = OverwriteBlocks(
                MemoryMarshal.Cast<bool, Vector256<sbyte>>(truths),
                MemoryMarshal.Cast<T, Vector256<long>>(values),
                MemoryMarshal.Cast<T, Vector256<long>>(destination));
        }

        for (; done < destination.Length; done++)
        {
            destination[done] = truths[done] ? values[done] : destination[done];
        }
    }

    // A byte per row becomes a mask of eight bytes; returns the rows done.
    private static int OverwriteBlocks(
        ReadOnlySpan<Vector256<sbyte>> truths,
        ReadOnlySpan<Vector256<long>> values,
        Span<Vector256<long>> destination)
    {
        foreach (var block in truths)
        {
            var (low, high) = Vector256.Widen(Vector256.GreaterThan(block, Vector256<sbyte>.Zero));
            var (first, second) = Vector256.Widen(low);
            var (third, fourth) = Vector256.Widen(high);
            OverwriteEight(first, values, destination);
            OverwriteEight(second, values[2..], destination[2..]);
            OverwriteEight(third, values[4..], destination[4..]);
            OverwriteEight(fourth, values[6..], destination[6..]);
            values = values[8..];
            destination = destination[8..];
        }

        return truths.Length * Vector256<sbyte>.Count;
    }

    private static void OverwriteEight(
        Vector256<int> truths, ReadOnlySpan<Vector256<long>> values, Span<Vector256<long>> destination)
    {
        var (low, high) = Vector256.Widen(truths);
        destination[0] = Vector256.ConditionalSelect(low, values[0], destination[0]);
        destination[1] = Vector256.ConditionalSelect(high, values[1], destination[1]);
    }
}
