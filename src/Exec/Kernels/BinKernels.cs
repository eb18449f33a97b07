using System.Numerics;

namespace PixieOrleans.Exec.Kernels;

/// <summary>bin: rounds toward zero to a multiple of the second argument.</summary>
internal static class BinKernels
{
    /// <summary>Adds the family.</summary>
    public static void Register(KernelTable table) =>
        table.Add("bin", "II:I TT:T IT:I TI:T FI:I", call => new BinaryExpression<long, Bin>(
            Conversions.ToInt64(call.Arguments[0]), Conversions.ToInt64(call.Arguments[1]), call.Result));
}

/// <summary>a - a % b; a itself when b is 0.</summary>
internal readonly struct Bin : IBinaryOperation<long>
{
    /// <inheritdoc/>
    public static bool IsVectorized => false;

    /// <inheritdoc/>
    public static long Apply(long left, long right) => left - Remainder.Apply(left, right);

    /// <inheritdoc/>
    public static Vector<long> Apply(Vector<long> left, Vector<long> right) => throw new NotSupportedException();
}
