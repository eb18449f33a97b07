using System.Numerics;
using System.Runtime.InteropServices;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Kernels;

/// <summary>A way of rounding to a whole number.</summary>
internal interface IRounding
{
    /// <summary>One value.</summary>
    static abstract double Apply(double value);

    /// <summary>A vector of values.</summary>
    static abstract Vector<double> Apply(Vector<double> values);
}

/// <summary>Double to Int64; out of range becomes the nearest limit, NaN becomes 0.</summary>
internal sealed class RoundingExpression<TRounding>(FixedExpression<double> value)
    : FixedExpression<long>(DataType.Int64, value)
    where TRounding : struct, IRounding
{
    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<long> destination)
    {
        var cells = value.Evaluate(batch);
        destination = destination[..cells.Length];
        var sources = MemoryMarshal.Cast<double, Vector<double>>(cells);
        var results = MemoryMarshal.Cast<long, Vector<long>>(destination)[..sources.Length];
        for (var i = 0; i < sources.Length; i++)
        {
            results[i] = Vector.ConvertToInt64(TRounding.Apply(sources[i]));
        }

        for (var i = sources.Length * Vector<double>.Count; i < cells.Length; i++)
        {
            destination[i] = (long)TRounding.Apply(cells[i]);
        }
    }
}

/// <summary>Toward zero, which is what the conversion does anyway.</summary>
internal readonly struct TowardZero : IRounding
{
    /// <inheritdoc/>
    public static double Apply(double value) => value;

    /// <inheritdoc/>
    public static Vector<double> Apply(Vector<double> values) => values;
}

/// <summary>To the next whole number above.</summary>
internal readonly struct Upward : IRounding
{
    /// <inheritdoc/>
    public static double Apply(double value) => Math.Ceiling(value);

    /// <inheritdoc/>
    public static Vector<double> Apply(Vector<double> values) => Vector.Ceiling(values);
}

/// <summary>To the next whole number below.</summary>
internal readonly struct Downward : IRounding
{
    /// <inheritdoc/>
    public static double Apply(double value) => Math.Floor(value);

    /// <inheritdoc/>
    public static Vector<double> Apply(Vector<double> values) => Vector.Floor(values);
}
