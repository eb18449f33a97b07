using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;

namespace PixieOrleans.Exec.Kernels;

/// <summary>Functions of strings. All of them see bytes: order, length and positions are those of UTF-8.</summary>
internal static class StringKernels
{
    /// <summary>Adds the family.</summary>
    public static void Register(KernelTable table)
    {
        Pair<StringEqual>(table, "equal");
        Pair<StringNotEqual>(table, "notEqual");
        Pair<StringLess>(table, "lessThan");
        Pair<StringLessOrEqual>(table, "lessThanEqual");
        Pair<StringGreater>(table, "greaterThan");
        Pair<StringGreaterOrEqual>(table, "greaterThanEqual");
        Pair<StringContains>(table, "contains");
        table.Add("find", "SS:I", call => StringPairExpression<long, StringFind>.Create(
            (StringExpression)call.Arguments[0], (StringExpression)call.Arguments[1], DataType.Int64));
        table.Add("length", "S:I", call => new StringFunctionExpression<long, StringLength>(
            (StringExpression)call.Arguments[0], default, DataType.Int64));
        table.Add("toupper", "S:S", call => new StringMapExpression<ToUpper>(
            (StringExpression)call.Arguments[0], call.Options));
        table.Add("tolower", "S:S", call => new StringMapExpression<ToLower>(
            (StringExpression)call.Arguments[0], call.Options));
        Transform<Trim>(table, "trim");
        Transform<BytesToHex>(table, "bytes_to_hex");
        Transform<HexToBytes>(table, "hex_to_ascii");
        TransformPair<StripPrefix>(table, "strip_prefix");
        TransformPair<Split>(table, "split");
        table.Add("add", "SS:S", call => new ConcatenateExpression(
            (StringExpression)call.Arguments[0], (StringExpression)call.Arguments[1], call.Options));
        table.Add("substring", "SII:S", call => new SubstringExpression(
            (StringExpression)call.Arguments[0],
            (FixedExpression<long>)call.Arguments[1],
            (FixedExpression<long>)call.Arguments[2],
            call.Options));
    }

    /// <summary>Adds a condition on two strings, either of which may be a constant.</summary>
    public static void Pair<TPredicate>(KernelTable table, string function)
        where TPredicate : struct, IStringPredicate =>
        table.Add(function, "SS:B", call => StringPairExpression<bool, TPredicate>.Create(
            (StringExpression)call.Arguments[0], (StringExpression)call.Arguments[1], DataType.Boolean));

    private static void Transform<TTransform>(KernelTable table, string function)
        where TTransform : struct, IStringTransform =>
        table.Add(function, "S:S", call => new StringTransformExpression<TTransform>(
            (StringExpression)call.Arguments[0], default, call.Options));

    private static void TransformPair<TTransform>(KernelTable table, string function)
        where TTransform : struct, IStringPairTransform =>
        table.Add(function, "SS:S", call => StringPairTransformExpression<TTransform>.Create(
            (StringExpression)call.Arguments[0], (StringExpression)call.Arguments[1], call.Options));
}

/// <summary>Same bytes.</summary>
internal readonly struct StringEqual : IStringPredicate
{
    /// <inheritdoc/>
    public static bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceEqual(right);
}

/// <summary>Different bytes.</summary>
internal readonly struct StringNotEqual : IStringPredicate
{
    /// <inheritdoc/>
    public static bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => !left.SequenceEqual(right);
}

/// <summary>Left before right.</summary>
internal readonly struct StringLess : IStringPredicate
{
    /// <inheritdoc/>
    public static bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) < 0;
}

/// <summary>Left before right, or the same.</summary>
internal readonly struct StringLessOrEqual : IStringPredicate
{
    /// <inheritdoc/>
    public static bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) <= 0;
}

/// <summary>Left after right.</summary>
internal readonly struct StringGreater : IStringPredicate
{
    /// <inheritdoc/>
    public static bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) > 0;
}

/// <summary>Left after right, or the same.</summary>
internal readonly struct StringGreaterOrEqual : IStringPredicate
{
    /// <inheritdoc/>
    public static bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) >= 0;
}

/// <summary>Right is a part of left.</summary>
internal readonly struct StringContains : IStringPredicate
{
    /// <inheritdoc/>
    public static bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.IndexOf(right) >= 0;
}

/// <summary>First position of right in left, or -1.</summary>
internal readonly struct StringFind : IStringPairFunction<long>
{
    /// <inheritdoc/>
    public static long Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.IndexOf(right);
}

/// <summary>Number of bytes.</summary>
internal readonly struct StringLength : IStringFunction<long>
{
    /// <inheritdoc/>
    public long Apply(ReadOnlySpan<byte> value) => value.Length;
}

/// <summary>ASCII letters in upper case.</summary>
internal readonly struct ToUpper : IStringMap
{
    /// <inheritdoc/>
    public static byte Apply(byte value) => value is >= (byte)'a' and <= (byte)'z' ? (byte)(value - 32) : value;
}

/// <summary>ASCII letters in lower case.</summary>
internal readonly struct ToLower : IStringMap
{
    /// <inheritdoc/>
    public static byte Apply(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value + 32) : value;
}
