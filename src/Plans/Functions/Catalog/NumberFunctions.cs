using System.Collections.Immutable;
using static PixieOrleans.Plans.Functions.Catalog.Rules;
using static PixieOrleans.Plans.Functions.FunctionFamily;

namespace PixieOrleans.Plans.Functions.Catalog;

/// <summary>Numbers and times.</summary>
internal static class NumberFunctions
{
    /// <summary>The functions, by name and overloads.</summary>
    public static readonly ImmutableArray<FunctionFamily> Families =
    [
        Scalar("bin", "II:I TT:T IT:I TI:T FI:I", "a - a % b: rounded toward zero to a multiple of b."),
        Scalar("abs", "F:F I:I", "Absolute value.", AmountsAndShares),
        Scalar("ceil", "F:I", "Ceiling as INT64."),
        Scalar("floor", "F:I", "Floor as INT64."),
        Scalar("round", "FI:S", "Formats a float with n decimals, as text."),
        Scalar("exp", "F:F I:F", "e to the power y."),
        Scalar("ln", "F:F I:F", "Natural logarithm."),
        Scalar("log", "FF:F FI:F IF:F II:F", "Logarithm of the second argument in the base of the first."),
        Scalar("log10", "F:F I:F", "Base-10 logarithm."),
        Scalar("log2", "F:F I:F", "Base-2 logarithm."),
        Scalar("pow", "FF:F FI:F IF:F II:F", "x to the power y."),
        Scalar("sqrt", "F:F I:F", "Square root."),
        Scalar("int64_to_time", "I:T", "Nanoseconds as time."),
        Scalar("time_to_int64", "T:I", "Time as nanoseconds."),
        Scalar("itoa", "I:S", "Integer to text."),
        Scalar("atoi", "SI:I", "Integer parse with default."),
    ];
}
