using System.Collections.Immutable;
using static PixieOrleans.Plans.Functions.Catalog.Rules;
using static PixieOrleans.Plans.Functions.FunctionFamily;

namespace PixieOrleans.Plans.Functions.Catalog;

/// <summary>What the operators of the language stand for, and choices.</summary>
internal static class OperatorFunctions
{
    /// <summary>The functions, by name and overloads.</summary>
    public static readonly ImmutableArray<FunctionFamily> Families =
    [
        Scalar("add", "II:I FF:F FI:F IF:F TI:T IT:T", "Sum of two numbers, or a time moved by nanoseconds.", Amounts),
        Scalar("add", "SS:S", "The second text appended to the first."),
        Scalar("subtract", "II:I FF:F FI:F IF:F TI:T TT:I IT:I", "Difference; of two times, in nanoseconds.", Amounts),
        Scalar("multiply", "II:I FF:F FI:F IF:F", "Product."),
        Scalar("divide", "II:F FI:F IF:F FF:F", "Quotient, always Float64; by zero it is infinite or NaN.", Rates),
        Scalar("modulo", "TI:I TT:I IT:I II:I", "Remainder with the sign of the dividend."),
        Scalar("negate", "I:I F:F", "The number with its sign turned."),
        Scalar("invert", "I:I", "All 64 bits flipped."),
        Scalar("equal", "II:B SS:B BB:B TT:B UU:B BI:B IB:B IF:B FI:B FF:B",
            "Equality; floats are equal within the machine epsilon."),
        Scalar("notEqual", "II:B SS:B BB:B TT:B UU:B BI:B IB:B IF:B FI:B FF:B", "The opposite of equal."),
        Scalar("lessThan", "II:B TT:B FF:B SS:B", "Strictly less; texts by bytes."),
        Scalar("lessThanEqual", "II:B FF:B TT:B SS:B", "Less or equal; texts by bytes."),
        Scalar("greaterThan", "II:B TT:B FF:B SS:B", "Strictly greater; texts by bytes."),
        Scalar("greaterThanEqual", "II:B FF:B SS:B TT:B", "Greater or equal; texts by bytes."),
        Scalar("logicalAnd", "II:B BB:B", "Both true; an integer is true unless 0."),
        Scalar("logicalOr", "II:B BB:B", "At least one true; an integer is true unless 0."),
        Scalar("logicalNot", "I:B B:B", "False for true; an integer is true unless 0."),
        Scalar("select", "BBB:B BII:I BFF:F BTT:T BSS:S",
            "Second argument when the first is true, else the third; both are evaluated.", Branches),
        Scalar("approxEqual", "FF:B", "Float equality within machine epsilon."),
    ];
}
