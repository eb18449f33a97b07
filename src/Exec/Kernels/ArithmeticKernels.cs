using System.Numerics;
using PixieOrleans.Exec.Expressions;

namespace PixieOrleans.Exec.Kernels;

/// <summary>add, subtract, multiply, divide, modulo, negate and invert of numbers and times.</summary>
/// <remarks>
/// Integers wrap. A remainder by 0 is 0: there is no null, and a script must not die of one row. divide is always
/// Float64, so x/0 is infinite or NaN.
/// </remarks>
internal static class ArithmeticKernels
{
    /// <summary>Adds the family.</summary>
    public static void Register(KernelTable table)
    {
        table.Add("add", "II:I TI:T IT:T", Int64Of<Add<long>>);
        table.Add("add", "FF:F FI:F IF:F", Float64Of<Add<double>>);
        table.Add("subtract", "II:I TI:T TT:I IT:I", Int64Of<Subtract<long>>);
        table.Add("subtract", "FF:F FI:F IF:F", Float64Of<Subtract<double>>);
        table.Add("multiply", "II:I", Int64Of<Multiply<long>>);
        table.Add("multiply", "FF:F FI:F IF:F", Float64Of<Multiply<double>>);
        table.Add("divide", "II:F FI:F IF:F FF:F", Float64Of<Divide>);
        table.Add("modulo", "II:I TI:I TT:I IT:I", Int64Of<Remainder>);
        table.Add("negate", "I:I", call => new UnaryExpression<long, Negate<long>>(
            (FixedExpression<long>)call.Arguments[0], call.Result));
        table.Add("negate", "F:F", call => new UnaryExpression<double, Negate<double>>(
            (FixedExpression<double>)call.Arguments[0], call.Result));
        table.Add("invert", "I:I", call => new UnaryExpression<long, Invert>(
            (FixedExpression<long>)call.Arguments[0], call.Result));
    }

    private static BinaryExpression<long, TOperation> Int64Of<TOperation>(KernelCall call)
        where TOperation : struct, IBinaryOperation<long> =>
        new((FixedExpression<long>)call.Arguments[0], (FixedExpression<long>)call.Arguments[1], call.Result);

    private static BinaryExpression<double, TOperation> Float64Of<TOperation>(KernelCall call)
        where TOperation : struct, IBinaryOperation<double> =>
        new(Conversions.ToFloat64(call.Arguments[0]), Conversions.ToFloat64(call.Arguments[1]), call.Result);
}

/// <summary>x + y.</summary>
internal readonly struct Add<T> : IBinaryOperation<T>
    where T : unmanaged, INumber<T>
{
    /// <inheritdoc/>
    public static bool IsVectorized => true;

    /// <inheritdoc/>
    public static T Apply(T left, T right) => unchecked(left + right);

    /// <inheritdoc/>
    public static Vector<T> Apply(Vector<T> left, Vector<T> right) => left + right;
}

/// <summary>x - y.</summary>
internal readonly struct Subtract<T> : IBinaryOperation<T>
    where T : unmanaged, INumber<T>
{
    /// <inheritdoc/>
    public static bool IsVectorized => true;

    /// <inheritdoc/>
    public static T Apply(T left, T right) => unchecked(left - right);

    /// <inheritdoc/>
    public static Vector<T> Apply(Vector<T> left, Vector<T> right) => left - right;
}

/// <summary>x * y.</summary>
internal readonly struct Multiply<T> : IBinaryOperation<T>
    where T : unmanaged, INumber<T>
{
    /// <inheritdoc/>
    public static bool IsVectorized => true;

    /// <inheritdoc/>
    public static T Apply(T left, T right) => unchecked(left * right);

    /// <inheritdoc/>
    public static Vector<T> Apply(Vector<T> left, Vector<T> right) => left * right;
}

/// <summary>x / y of doubles.</summary>
internal readonly struct Divide : IBinaryOperation<double>
{
    /// <inheritdoc/>
    public static bool IsVectorized => true;

    /// <inheritdoc/>
    public static double Apply(double left, double right) => left / right;

    /// <inheritdoc/>
    public static Vector<double> Apply(Vector<double> left, Vector<double> right) => left / right;
}

/// <summary>Remainder with the sign of the dividend; by 0 it is 0.</summary>
internal readonly struct Remainder : IBinaryOperation<long>
{
    /// <inheritdoc/>
    public static bool IsVectorized => false;

    /// <inheritdoc/>
    public static long Apply(long left, long right) =>
        right is 0 or -1 ? 0 : left % right; // the processor traps on both: by zero, and long.MinValue % -1

    /// <inheritdoc/>
    public static Vector<long> Apply(Vector<long> left, Vector<long> right) => throw new NotSupportedException();
}

/// <summary>-x.</summary>
internal readonly struct Negate<T> : IUnaryOperation<T>
    where T : unmanaged, INumber<T>
{
    /// <inheritdoc/>
    public static bool IsVectorized => true;

    /// <inheritdoc/>
    public static T Apply(T value) => unchecked(-value);

    /// <inheritdoc/>
    public static Vector<T> Apply(Vector<T> values) => -values;
}

/// <summary>~x.</summary>
internal readonly struct Invert : IUnaryOperation<long>
{
    /// <inheritdoc/>
    public static bool IsVectorized => true;

    /// <inheritdoc/>
    public static long Apply(long value) => ~value;

    /// <inheritdoc/>
    public static Vector<long> Apply(Vector<long> values) => ~values;
}
