using System.Numerics;
using System.Runtime.InteropServices;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Kernels;

/// <summary>
/// Widens one argument, so that kernels exist for equal types only. A constant stays a constant.
/// </summary>
internal static class Conversions
{
    /// <summary>Int64 or Float64 as Float64.</summary>
    public static FixedExpression<double> ToFloat64(CompiledExpression value) => value switch
    {
        FixedExpression<double> same => same,
        FixedExpression<long> { IsConstant: true } constant =>
            new FixedConstant<double>(DataType.Float64, constant.ConstantValue),
        FixedExpression<long> integer => new Int64ToFloat64(integer),
        _ => throw new InvalidPlanException($"{value.Type} is not a number."),
    };

    /// <summary>Int64, Float64 (rounded toward zero, limited to the range) or Boolean (0 or 1) as Int64.</summary>
    public static FixedExpression<long> ToInt64(CompiledExpression value) => value switch
    {
        FixedExpression<long> same => same,
        FixedExpression<bool> flag => new BooleanToInt64(flag),
        FixedExpression<double> real => new RoundingExpression<TowardZero>(real),
        _ => throw new InvalidPlanException($"{value.Type} is not a number."),
    };

    /// <summary>Int64 (false only for 0) or Boolean as Boolean.</summary>
    public static FixedExpression<bool> ToBoolean(CompiledExpression value) => value switch
    {
        FixedExpression<bool> same => same,
        FixedExpression<long> integer => new ComparisonExpression<long, NotEqual<long>>(
            integer, new FixedConstant<long>(DataType.Int64, 0)),
        _ => throw new InvalidPlanException($"{value.Type} is not a truth value."),
    };
}

/// <summary>Int64 to the nearest double.</summary>
internal sealed class Int64ToFloat64(FixedExpression<long> value) : FixedExpression<double>(DataType.Float64, value)
{
    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<double> destination)
    {
        var cells = value.Evaluate(batch);
        destination = destination[..cells.Length];
        var done = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var source = MemoryMarshal.Cast<long, Vector<long>>(cells);
            var target = MemoryMarshal.Cast<double, Vector<double>>(destination);
            for (var i = 0; i < source.Length; i++)
            {
                target[i] = Vector.ConvertToDouble(source[i]);
            }

            done = source.Length * Vector<long>.Count;
        }

        for (; done < cells.Length; done++)
        {
            destination[done] = cells[done];
        }
    }
}

/// <summary>False to 0, true to 1.</summary>
internal sealed class BooleanToInt64(FixedExpression<bool> value) : FixedExpression<long>(DataType.Int64, value)
{
    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<long> destination)
    {
        var cells = MemoryMarshal.AsBytes(value.Evaluate(batch));
        for (var i = 0; i < cells.Length; i++)
        {
            destination[i] = cells[i];
        }
    }
}
