using System.Collections.Frozen;
using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Plans.Functions;

/// <summary>The functions that plans may call: what the compiler resolves against and the engine implements.</summary>
/// <remarks>There is no implicit conversion: an overload is listed here or the call is an error.</remarks>
public static class FunctionCatalog
{
    private static readonly ImmutableArray<SemanticRule> None = [];

    private static readonly ImmutableArray<SemanticRule> Any = [new InheritRule([])];

    private static readonly ImmutableArray<SemanticRule> Amounts =
    [
        new InheritRule(
        [
            SemanticType.Bytes,
            SemanticType.ThroughputPerNs,
            SemanticType.ThroughputBytesPerNs,
            SemanticType.DurationNs,
        ]),
    ];

    private static readonly ImmutableArray<SemanticRule> AmountsAndShares =
    [
        new InheritRule(
        [
            SemanticType.Bytes,
            SemanticType.ThroughputPerNs,
            SemanticType.ThroughputBytesPerNs,
            SemanticType.DurationNs,
            SemanticType.Percent,
        ]),
    ];

    private static readonly ImmutableArray<SemanticRule> Totals =
    [
        new InheritRule(
        [
            SemanticType.Bytes,
            SemanticType.ThroughputPerNs,
            SemanticType.ThroughputBytesPerNs,
            SemanticType.Percent,
        ]),
    ];

    private static readonly ImmutableArray<SemanticRule> Rates =
    [
        new ExplicitRule(SemanticType.ThroughputPerNs, [SemanticType.None, SemanticType.DurationNs]),
        new ExplicitRule(SemanticType.ThroughputBytesPerNs, [SemanticType.Bytes, SemanticType.DurationNs]),
    ];

    private static readonly ImmutableArray<SemanticRule> QuantileRules =
    [
        new ExplicitRule(SemanticType.Quantiles, [SemanticType.None]),
        new ExplicitRule(SemanticType.DurationNsQuantiles, [SemanticType.DurationNs]),
    ];

    private static readonly ImmutableArray<FunctionFamily> Families =
    [
        // Operators. Strings concatenate (no meaning is handed on), a time plus an integer stays a time.
        Scalar("add", "II:I FF:F FI:F IF:F TI:T IT:T", "Sum of two numbers, or a time moved by nanoseconds.", Amounts),
        Scalar("add", "SS:S", "The second text appended to the first.", None),
        Scalar("subtract", "II:I FF:F FI:F IF:F TI:T TT:I IT:I", "Difference; of two times, in nanoseconds.", Amounts),
        Scalar("multiply", "II:I FF:F FI:F IF:F", "Product.", None),
        Scalar("divide", "II:F FI:F IF:F FF:F", "Quotient, always Float64; by zero it is infinite or NaN.", Rates),
        Scalar("modulo", "TI:I TT:I IT:I II:I", "Remainder with the sign of the dividend.", None),
        Scalar("negate", "I:I F:F", "The number with its sign turned.", None),
        Scalar("invert", "I:I", "All 64 bits flipped.", None),
        Scalar("equal", "II:B SS:B BB:B TT:B UU:B BI:B IB:B IF:B FI:B FF:B",
            "Equality; floats are equal within the machine epsilon.", None),
        Scalar("notEqual", "II:B SS:B BB:B TT:B UU:B BI:B IB:B IF:B FI:B FF:B",
            "The opposite of equal.", None),
        Scalar("lessThan", "II:B TT:B FF:B SS:B", "Strictly less; texts by bytes.", None),
        Scalar("lessThanEqual", "II:B FF:B TT:B SS:B", "Less or equal; texts by bytes.", None),
        Scalar("greaterThan", "II:B TT:B FF:B SS:B", "Strictly greater; texts by bytes.", None),
        Scalar("greaterThanEqual", "II:B FF:B SS:B TT:B", "Greater or equal; texts by bytes.", None),
        Scalar("logicalAnd", "II:B BB:B", "Both true; an integer is true unless 0.", None),
        Scalar("logicalOr", "II:B BB:B", "At least one true; an integer is true unless 0.", None),
        Scalar("logicalNot", "I:B B:B", "False for true; an integer is true unless 0.", None),

        // Numbers and times.
        Scalar("bin", "II:I TT:T IT:I TI:T FI:I", "a - a % b: rounded toward zero to a multiple of b.", None),

        // Text.
        Scalar("contains", "SS:B", "Whether the second text is part of the first, byte for byte.", None),
        Scalar("length", "S:I", "Number of bytes.", None),
        Scalar("toupper", "S:S", "ASCII letters in upper case.", None),
        Scalar("tolower", "S:S", "ASCII letters in lower case.", None),
        Scalar("substring", "SII:S", "From a byte position, of a length; empty when the position is outside.", None),

        // Aggregates; all of them can be computed partially.
        Aggregate("count", "F:I I:I T:I B:I S:I U:I", "Number of rows.", None),
        Aggregate("sum", "F:F I:I B:I", "Sum; true counts as 1.", Totals),
        Aggregate("mean", "F:F I:F B:F", "Arithmetic mean; true counts as 1.", AmountsAndShares),
        Aggregate("min", "F:F I:I T:T", "Least value.", AmountsAndShares),
        Aggregate("max", "F:F I:I T:T", "Greatest value.", AmountsAndShares),
        Aggregate("any", "B:B I:I F:F T:T S:S U:U", "Some value of the group.", Any),
        Aggregate("quantiles", "I:S F:S", "JSON object of p01, p10, p25, p50, p75, p90, p99.", QuantileRules),
    ];

    private static readonly FrozenDictionary<string, ImmutableArray<FunctionSignature>> ByName = Families
        .SelectMany(family => family.Signatures())
        .GroupBy(signature => signature.Name, StringComparer.Ordinal)
        .ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray(), StringComparer.Ordinal);

    /// <summary>All overloads.</summary>
    public static ImmutableArray<FunctionSignature> All { get; } =
        [.. Families.SelectMany(family => family.Signatures())];

    /// <summary>All names, for suggestions.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>Overloads of a name; empty when there is no such function.</summary>
    public static ImmutableArray<FunctionSignature> Find(string name) =>
        ByName.TryGetValue(name, out var overloads) ? overloads : [];

    /// <summary>The overload that takes exactly these types, or null.</summary>
    public static FunctionSignature? Resolve(string name, ReadOnlySpan<DataType> arguments)
    {
        foreach (var overload in Find(name))
        {
            if (overload.Accepts(arguments))
            {
                return overload;
            }
        }

        return null;
    }

    private static FunctionFamily Scalar(
        string name, string overloads, string summary, ImmutableArray<SemanticRule> rules) =>
        new(name, FunctionKind.Scalar, overloads, summary, rules);

    private static FunctionFamily Aggregate(
        string name, string overloads, string summary, ImmutableArray<SemanticRule> rules) =>
        new(name, FunctionKind.Aggregate, overloads, summary, rules);
}
