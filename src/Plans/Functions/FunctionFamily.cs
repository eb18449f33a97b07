using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Plans.Functions;

/// <summary>
/// All overloads of a name, written compactly: "TI:T FF:F" is (Time64Ns, Int64) to Time64Ns and (Float64, Float64) to
/// Float64. Letters: B Boolean, I Int64, F Float64, S String, T Time64Ns, U UInt128.
/// </summary>
internal sealed record FunctionFamily(
    string Name, FunctionKind Kind, string Overloads, string Summary, ImmutableArray<SemanticRule> Rules)
{
    /// <summary>The overloads, in the order written.</summary>
    public IEnumerable<FunctionSignature> Signatures()
    {
        foreach (var overload in Overloads.Split(' '))
        {
            var colon = overload.IndexOf(':', StringComparison.Ordinal);
            yield return new FunctionSignature(
                Name,
                Kind,
                [.. overload[..colon].Select(TypeOf)],
                TypeOf(overload[colon + 1]),
                Rules,
                Summary,
                SupportsPartial: Kind == FunctionKind.Aggregate);
        }
    }

    private static DataType TypeOf(char letter) => letter switch
    {
        'B' => DataType.Boolean,
        'I' => DataType.Int64,
        'F' => DataType.Float64,
        'S' => DataType.String,
        'T' => DataType.Time64Ns,
        'U' => DataType.UInt128,
        _ => throw new ArgumentException($"Function catalog: no type has the letter '{letter}'."),
    };
}
