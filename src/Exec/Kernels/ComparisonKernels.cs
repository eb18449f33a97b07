using System.Numerics;
using System.Runtime.Intrinsics;
using PixieOrleans.Exec.Expressions;

namespace PixieOrleans.Exec.Kernels;

/// <summary>equal, approxEqual, notEqual and the four orders, of everything but strings.</summary>
/// <remarks>
/// Doubles are equal within the machine epsilon (absolute), and infinities to themselves; nothing is equal to NaN or
/// in an order with it. A Boolean compares with an integer as 0 or 1.
/// </remarks>
internal static class ComparisonKernels
{
    /// <summary>Adds the family.</summary>
    public static void Register(KernelTable table)
    {
        table.Add("equal", "II:B TT:B BI:B IB:B", Int64Of<Equal<long>>);
        table.Add("notEqual", "II:B TT:B BI:B IB:B", Int64Of<NotEqual<long>>);
        table.Add("equal", "FF:B IF:B FI:B", Float64Of<NearlyEqual>);
        table.Add("notEqual", "FF:B IF:B FI:B", Float64Of<NotNearlyEqual>);
        table.Add("approxEqual", "FF:B", Float64Of<NearlyEqual>);
        table.Add("equal", "BB:B", SameOf<bool, EqualCells<bool>>);
        table.Add("notEqual", "BB:B", SameOf<bool, NotEqualCells<bool>>);
        table.Add("equal", "UU:B", SameOf<UInt128, EqualCells<UInt128>>);
        table.Add("notEqual", "UU:B", SameOf<UInt128, NotEqualCells<UInt128>>);
        Order<Less<long>, Less<double>>(table, "lessThan");
        Order<LessOrEqual<long>, LessOrEqual<double>>(table, "lessThanEqual");
        Order<Greater<long>, Greater<double>>(table, "greaterThan");
        Order<GreaterOrEqual<long>, GreaterOrEqual<double>>(table, "greaterThanEqual");
    }

    private static void Order<TInt64, TFloat64>(KernelTable table, string function)
        where TInt64 : struct, IComparison<long>
        where TFloat64 : struct, IComparison<double>
    {
        table.Add(function, "II:B TT:B", Int64Of<TInt64>);
        table.Add(function, "FF:B IF:B FI:B", Float64Of<TFloat64>);
    }

    private static ComparisonExpression<long, TComparison> Int64Of<TComparison>(KernelCall call)
        where TComparison : struct, IComparison<long> =>
        Of<long, TComparison>(Conversions.ToInt64(call.Arguments[0]), Conversions.ToInt64(call.Arguments[1]));

    private static ComparisonExpression<double, TComparison> Float64Of<TComparison>(KernelCall call)
        where TComparison : struct, IComparison<double> =>
        Of<double, TComparison>(Conversions.ToFloat64(call.Arguments[0]), Conversions.ToFloat64(call.Arguments[1]));

    private static ComparisonExpression<T, TComparison> SameOf<T, TComparison>(KernelCall call)
        where T : unmanaged
        where TComparison : struct, IComparison<T> =>
        Of<T, TComparison>((FixedExpression<T>)call.Arguments[0], (FixedExpression<T>)call.Arguments[1]);

    private static ComparisonExpression<T, TComparison> Of<T, TComparison>(
        FixedExpression<T> left, FixedExpression<T> right)
        where T : unmanaged
        where TComparison : struct, IComparison<T> => new(left, right);
}

/// <summary>x == y of integers.</summary>
internal readonly struct Equal<T> : IComparison<T>
    where T : unmanaged, IEqualityOperators<T, T, bool>
{
    /// <inheritdoc/>
    public static bool IsVectorized => true;

    /// <inheritdoc/>
    public static bool Apply(T left, T right) => left == right;

    /// <inheritdoc/>
    public static Vector256<T> Apply(Vector256<T> left, Vector256<T> right) => Vector256.Equals(left, right);
}

/// <summary>x != y of integers.</summary>
internal readonly struct NotEqual<T> : IComparison<T>
    where T : unmanaged, IEqualityOperators<T, T, bool>
{
    /// <inheritdoc/>
    public static bool IsVectorized => true;

    /// <inheritdoc/>
    public static bool Apply(T left, T right) => left != right;

    /// <inheritdoc/>
    public static Vector256<T> Apply(Vector256<T> left, Vector256<T> right) => ~Vector256.Equals(left, right);
}

/// <summary>Same cell, for types without vectors.</summary>
internal readonly struct EqualCells<T> : IComparison<T>
    where T : unmanaged, IEquatable<T>
{
    /// <inheritdoc/>
    public static bool IsVectorized => false;

    /// <inheritdoc/>
    public static bool Apply(T left, T right) => left.Equals(right);

    /// <inheritdoc/>
    public static Vector256<T> Apply(Vector256<T> left, Vector256<T> right) => throw new NotSupportedException();
}

/// <summary>Different cells, for types without vectors.</summary>
internal readonly struct NotEqualCells<T> : IComparison<T>
    where T : unmanaged, IEquatable<T>
{
    /// <inheritdoc/>
    public static bool IsVectorized => false;

    /// <inheritdoc/>
    public static bool Apply(T left, T right) => !left.Equals(right);

    /// <inheritdoc/>
    public static Vector256<T> Apply(Vector256<T> left, Vector256<T> right) => throw new NotSupportedException();
}

/// <summary>Doubles that differ by less than 2^-52.</summary>
internal readonly struct NearlyEqual : IComparison<double>
{
    private const double MachineEpsilon = 1.0 / (1L << 52);

    /// <inheritdoc/>
    public static bool IsVectorized => true;

    /// <inheritdoc/>
    public static bool Apply(double left, double right) =>
        left == right || Math.Abs(left - right) < MachineEpsilon;

    /// <inheritdoc/>
    public static Vector256<double> Apply(Vector256<double> left, Vector256<double> right) =>
        Vector256.Equals(left, right)
        | Vector256.LessThan(Vector256.Abs(left - right), Vector256.Create(MachineEpsilon));
}

/// <summary>The opposite of <see cref="NearlyEqual"/>; true for NaN.</summary>
internal readonly struct NotNearlyEqual : IComparison<double>
{
    /// <inheritdoc/>
    public static bool IsVectorized => true;

    /// <inheritdoc/>
    public static bool Apply(double left, double right) => !NearlyEqual.Apply(left, right);

    /// <inheritdoc/>
    public static Vector256<double> Apply(Vector256<double> left, Vector256<double> right) =>
        ~NearlyEqual.Apply(left, right);
}

/// <summary>x &lt; y.</summary>
internal readonly struct Less<T> : IComparison<T>
    where T : unmanaged, INumber<T>
{
    /// <inheritdoc/>
    public static bool IsVectorized => true;

    /// <inheritdoc/>
    public static bool Apply(T left, T right) => left < right;

    /// <inheritdoc/>
    public static Vector256<T> Apply(Vector256<T> left, Vector256<T> right) => Vector256.LessThan(left, right);
}

/// <summary>x &lt;= y.</summary>
internal readonly struct LessOrEqual<T> : IComparison<T>
    where T : unmanaged, INumber<T>
{
    /// <inheritdoc/>
    public static bool IsVectorized => true;

    /// <inheritdoc/>
    public static bool Apply(T left, T right) => left <= right;

    /// <inheritdoc/>
    public static Vector256<T> Apply(Vector256<T> left, Vector256<T> right) =>
        Vector256.LessThanOrEqual(left, right);
}

/// <summary>x &gt; y.</summary>
internal readonly struct Greater<T> : IComparison<T>
    where T : unmanaged, INumber<T>
{
    /// <inheritdoc/>
    public static bool IsVectorized => true;

    /// <inheritdoc/>
    public static bool Apply(T left, T right) => left > right;

    /// <inheritdoc/>
    public static Vector256<T> Apply(Vector256<T> left, Vector256<T> right) => Vector256.GreaterThan(left, right);
}

/// <summary>x &gt;= y.</summary>
internal readonly struct GreaterOrEqual<T> : IComparison<T>
    where T : unmanaged, INumber<T>
{
    /// <inheritdoc/>
    public static bool IsVectorized => true;

    /// <inheritdoc/>
    public static bool Apply(T left, T right) => left >= right;

    /// <inheritdoc/>
    public static Vector256<T> Apply(Vector256<T> left, Vector256<T> right) =>
        Vector256.GreaterThanOrEqual(left, right);
}
