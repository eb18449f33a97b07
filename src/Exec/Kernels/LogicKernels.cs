using System.Numerics;
using System.Runtime.InteropServices;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Kernels;

/// <summary>logicalAnd, logicalOr and logicalNot; an integer is true unless it is 0. Both sides are computed.</summary>
internal static class LogicKernels
{
    /// <summary>Adds the family.</summary>
    public static void Register(KernelTable table)
    {
        table.Add("logicalAnd", "II:B BB:B", call => new LogicExpression<And>(
            Conversions.ToBoolean(call.Arguments[0]), Conversions.ToBoolean(call.Arguments[1])));
        table.Add("logicalOr", "II:B BB:B", call => new LogicExpression<Or>(
            Conversions.ToBoolean(call.Arguments[0]), Conversions.ToBoolean(call.Arguments[1])));
        table.Add("logicalNot", "I:B B:B", call => new LogicExpression<ExclusiveOr>(
            Conversions.ToBoolean(call.Arguments[0]), new FixedConstant<bool>(DataType.Boolean, true)));
    }
}

/// <summary>A function of truth bytes, 0 or 1.</summary>
internal interface ILogicOperation
{
    /// <summary>One pair.</summary>
    static abstract byte Apply(byte left, byte right);

    /// <summary>A vector of pairs.</summary>
    static abstract Vector<byte> Apply(Vector<byte> left, Vector<byte> right);
}

/// <summary>Combines two Boolean columns, or a column and a constant.</summary>
internal sealed class LogicExpression<TOperation>(FixedExpression<bool> left, FixedExpression<bool> right)
    : FixedExpression<bool>(DataType.Boolean, left, right)
    where TOperation : struct, ILogicOperation
{
    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<bool> destination)
    {
        var results = MemoryMarshal.AsBytes(destination)[..batch.Rows];
        left.EvaluateInto(batch, destination);
        if (right.IsConstant)
        {
            Combine(results, right.ConstantValue ? (byte)1 : (byte)0);
        }
        else
        {
            Combine(results, MemoryMarshal.AsBytes(right.Evaluate(batch)));
        }
    }

    private static void Combine(Span<byte> results, ReadOnlySpan<byte> rights)
    {
        var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(results);
        var others = MemoryMarshal.Cast<byte, Vector<byte>>(rights)[..vectors.Length];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = TOperation.Apply(vectors[i], others[i]);
        }

        for (var i = vectors.Length * Vector<byte>.Count; i < results.Length; i++)
        {
            results[i] = TOperation.Apply(results[i], rights[i]);
        }
    }

    private static void Combine(Span<byte> results, byte right)
    {
        var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(results);
        var others = new Vector<byte>(right);
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = TOperation.Apply(vectors[i], others);
        }

        for (var i = vectors.Length * Vector<byte>.Count; i < results.Length; i++)
        {
            results[i] = TOperation.Apply(results[i], right);
        }
    }
}

/// <summary>Both.</summary>
internal readonly struct And : ILogicOperation
{
    /// <inheritdoc/>
    public static byte Apply(byte left, byte right) => (byte)(left & right);

    /// <inheritdoc/>
    public static Vector<byte> Apply(Vector<byte> left, Vector<byte> right) => left & right;
}

/// <summary>At least one.</summary>
internal readonly struct Or : ILogicOperation
{
    /// <inheritdoc/>
    public static byte Apply(byte left, byte right) => (byte)(left | right);

    /// <inheritdoc/>
    public static Vector<byte> Apply(Vector<byte> left, Vector<byte> right) => left | right;
}

/// <summary>Exactly one.</summary>
internal readonly struct ExclusiveOr : ILogicOperation
{
    /// <inheritdoc/>
    public static byte Apply(byte left, byte right) => (byte)(left ^ right);

    /// <inheritdoc/>
    public static Vector<byte> Apply(Vector<byte> left, Vector<byte> right) => left ^ right;
}
