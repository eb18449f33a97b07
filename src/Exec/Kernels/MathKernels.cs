using System.Numerics;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Kernels;

/// <summary>abs, roots, powers, logarithms, rounding to integers; times as numbers and back.</summary>
/// <remarks>
/// The transcendental functions go through the scalar library for every row: its vector forms differ in the last
/// bit, and a value must not depend on the place of its row in the batch.
/// </remarks>
internal static class MathKernels
{
    /// <summary>Adds the family.</summary>
    public static void Register(KernelTable table)
    {
        table.Add("abs", "I:I", call => new UnaryExpression<long, AbsoluteInt64>(
            (FixedExpression<long>)call.Arguments[0], call.Result));
        table.Add("abs", "F:F", Of<AbsoluteFloat64>);
        table.Add("sqrt", "F:F I:F", Of<SquareRoot>);
        table.Add("exp", "F:F I:F", Of<Exponential>);
        table.Add("ln", "F:F I:F", Of<NaturalLogarithm>);
        table.Add("log2", "F:F I:F", Of<BinaryLogarithm>);
        table.Add("log10", "F:F I:F", Of<DecimalLogarithm>);
        table.Add("log", "FF:F FI:F IF:F II:F", PairOf<Logarithm>);
        table.Add("pow", "FF:F FI:F IF:F II:F", PairOf<Power>);
        table.Add("ceil", "F:I", call => new RoundingExpression<Upward>((FixedExpression<double>)call.Arguments[0]));
        table.Add("floor", "F:I", call =>
            new RoundingExpression<Downward>((FixedExpression<double>)call.Arguments[0]));
        table.Add("int64_to_time", "I:T", Retype);
        table.Add("time_to_int64", "T:I", Retype);
    }

    private static UnaryExpression<double, TOperation> Of<TOperation>(KernelCall call)
        where TOperation : struct, IUnaryOperation<double> =>
        new(Conversions.ToFloat64(call.Arguments[0]), call.Result);

    private static BinaryExpression<double, TOperation> PairOf<TOperation>(KernelCall call)
        where TOperation : struct, IBinaryOperation<double> =>
        new(Conversions.ToFloat64(call.Arguments[0]), Conversions.ToFloat64(call.Arguments[1]), call.Result);

    private static RetypedExpression Retype(KernelCall call) =>
        new((FixedExpression<long>)call.Arguments[0], call.Result);
}

/// <summary>Int64 as Time64Ns or back; the cells are the same.</summary>
internal sealed class RetypedExpression(FixedExpression<long> value, DataType type)
    : FixedExpression<long>(type, value)
{
    /// <inheritdoc/>
    public override bool IsConstant => value.IsConstant;

    /// <inheritdoc/>
    public override long ConstantValue => value.ConstantValue;

    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<long> destination) =>
        value.EvaluateInto(batch, destination);

    /// <inheritdoc/>
    public override ReadOnlySpan<long> Evaluate(RowBatch batch) => value.Evaluate(batch);
}

/// <summary>|x|; the smallest integer stays as it is.</summary>
internal readonly struct AbsoluteInt64 : IUnaryOperation<long>
{
    /// <inheritdoc/>
    public static bool IsVectorized => true;

    /// <inheritdoc/>
    public static long Apply(long value) => unchecked(value < 0 ? -value : value);

    /// <inheritdoc/>
    public static Vector<long> Apply(Vector<long> values) => Vector.Abs(values);
}

/// <summary>|x|.</summary>
internal readonly struct AbsoluteFloat64 : IUnaryOperation<double>
{
    /// <inheritdoc/>
    public static bool IsVectorized => true;

    /// <inheritdoc/>
    public static double Apply(double value) => Math.Abs(value);

    /// <inheritdoc/>
    public static Vector<double> Apply(Vector<double> values) => Vector.Abs(values);
}

/// <summary>Square root; NaN below 0. Correctly rounded in both forms.</summary>
internal readonly struct SquareRoot : IUnaryOperation<double>
{
    /// <inheritdoc/>
    public static bool IsVectorized => true;

    /// <inheritdoc/>
    public static double Apply(double value) => Math.Sqrt(value);

    /// <inheritdoc/>
    public static Vector<double> Apply(Vector<double> values) => Vector.SquareRoot(values);
}

/// <summary>e to the power x.</summary>
internal readonly struct Exponential : IUnaryOperation<double>
{
    /// <inheritdoc/>
    public static bool IsVectorized => false;

    /// <inheritdoc/>
    public static double Apply(double value) => Math.Exp(value);

    /// <inheritdoc/>
    public static Vector<double> Apply(Vector<double> values) => throw new NotSupportedException();
}

/// <summary>Logarithm to the base e; -infinity for 0, NaN below.</summary>
internal readonly struct NaturalLogarithm : IUnaryOperation<double>
{
    /// <inheritdoc/>
    public static bool IsVectorized => false;

    /// <inheritdoc/>
    public static double Apply(double value) => Math.Log(value);

    /// <inheritdoc/>
    public static Vector<double> Apply(Vector<double> values) => throw new NotSupportedException();
}

/// <summary>Logarithm to the base 2.</summary>
internal readonly struct BinaryLogarithm : IUnaryOperation<double>
{
    /// <inheritdoc/>
    public static bool IsVectorized => false;

    /// <inheritdoc/>
    public static double Apply(double value) => Math.Log2(value);

    /// <inheritdoc/>
    public static Vector<double> Apply(Vector<double> values) => throw new NotSupportedException();
}

/// <summary>Logarithm to the base 10.</summary>
internal readonly struct DecimalLogarithm : IUnaryOperation<double>
{
    /// <inheritdoc/>
    public static bool IsVectorized => false;

    /// <inheritdoc/>
    public static double Apply(double value) => Math.Log10(value);

    /// <inheritdoc/>
    public static Vector<double> Apply(Vector<double> values) => throw new NotSupportedException();
}

/// <summary>Logarithm of the second argument to the base of the first, as a quotient of natural ones.</summary>
internal readonly struct Logarithm : IBinaryOperation<double>
{
    /// <inheritdoc/>
    public static bool IsVectorized => false;

    /// <inheritdoc/>
    public static double Apply(double left, double right) => Math.Log(right) / Math.Log(left);

    /// <inheritdoc/>
    public static Vector<double> Apply(Vector<double> left, Vector<double> right) => throw new NotSupportedException();
}

/// <summary>First argument to the power of the second.</summary>
internal readonly struct Power : IBinaryOperation<double>
{
    /// <inheritdoc/>
    public static bool IsVectorized => false;

    /// <inheritdoc/>
    public static double Apply(double left, double right) => Math.Pow(left, right);

    /// <inheritdoc/>
    public static Vector<double> Apply(Vector<double> left, Vector<double> right) => throw new NotSupportedException();
}
