using System.Numerics;
using System.Runtime.InteropServices;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Kernels;

/// <summary>A function of one value.</summary>
internal interface IUnaryOperation<T>
    where T : unmanaged
{
    /// <summary>Whether the form for vectors exists.</summary>
    static abstract bool IsVectorized { get; }

    /// <summary>One value.</summary>
    static abstract T Apply(T value);

    /// <summary>A vector of values.</summary>
    static abstract Vector<T> Apply(Vector<T> values);
}

/// <summary>Applies an operation to one column.</summary>
internal sealed class UnaryExpression<T, TOperation>(FixedExpression<T> value, DataType type)
    : FixedExpression<T>(type, value)
    where T : unmanaged
    where TOperation : struct, IUnaryOperation<T>
{
    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<T> destination)
    {
        var cells = value.Evaluate(batch);
        destination = destination[..cells.Length];
        var done = 0;
        if (TOperation.IsVectorized)
        {
            var sources = MemoryMarshal.Cast<T, Vector<T>>(cells);
            var results = MemoryMarshal.Cast<T, Vector<T>>(destination)[..sources.Length];
            for (var i = 0; i < sources.Length; i++)
            {
                results[i] = TOperation.Apply(sources[i]);
            }

            done = sources.Length * Vector<T>.Count;
        }

        for (; done < cells.Length; done++)
        {
            destination[done] = TOperation.Apply(cells[done]);
        }
    }
}
