using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Plans.Functions;

/// <summary>One overload of a function; a call fits only if its argument types are exactly these.</summary>
/// <param name="Name">Name in scripts (as px.Name) and in plans.</param>
/// <param name="Kind">Scalar or aggregate.</param>
/// <param name="Arguments">Types of the arguments.</param>
/// <param name="Returns">Type of the result.</param>
/// <param name="Rules">Rules for the meaning of the result; without a match it is None.</param>
/// <param name="Summary">One line for people.</param>
public sealed record FunctionSignature(
    string Name,
    FunctionKind Kind,
    ImmutableArray<DataType> Arguments,
    DataType Returns,
    ImmutableArray<SemanticRule> Rules,
    string Summary)
{
    /// <summary>How many of the first arguments have to be constants.</summary>
    public int Constants { get; init; }

    /// <summary>Where it can be computed.</summary>
    public FunctionSite Site { get; init; }

    /// <summary>Aggregates only: nodes may send states that are merged later.</summary>
    public bool SupportsPartial { get; init; }

    /// <summary>False for a function that this program knows by name only: a call is an error.</summary>
    public bool IsAvailable { get; init; } = true;

    /// <summary>Whether a call with these types is a call of this overload.</summary>
    public bool Accepts(ReadOnlySpan<DataType> types) => Arguments.AsSpan().SequenceEqual(types);

    /// <summary>Meaning of the result: of the matching rules, the one with the fewest wildcards.</summary>
    public SemanticType ResultSemantic(ReadOnlySpan<SemanticType> arguments)
    {
        var (result, best) = (SemanticType.None, int.MaxValue);
        foreach (var rule in Rules)
        {
            if (rule.Match(arguments, out var wildcards) is { } semantic && wildcards < best)
            {
                (result, best) = (semantic, wildcards);
            }
        }

        return result;
    }
}
