using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Plans.Functions;

/// <summary>
/// All overloads of a name, written compactly: "TI:T FF:F" is (Time64Ns, Int64) to Time64Ns and (Float64, Float64) to
/// Float64. Letters: B Boolean, I Int64, F Float64, S String, T Time64Ns, U UInt128. "!" before a letter marks an
/// argument that has to be a constant.
/// </summary>
internal sealed record FunctionFamily(
    string Name, FunctionKind Kind, string Overloads, string Summary, ImmutableArray<SemanticRule> Rules)
{
    /// <summary>Where it can be computed.</summary>
    public FunctionSite Site { get; private init; }

    /// <summary>False for an aggregate that needs all rows at one place.</summary>
    public bool SupportsPartial { get; private init; } = Kind == FunctionKind.Aggregate;

    /// <summary>False for a function that this program knows by name only.</summary>
    public bool IsAvailable { get; private init; } = true;

    /// <summary>Overloads of a scalar function whose result has no special meaning.</summary>
    public static FunctionFamily Scalar(string name, string overloads, string summary) =>
        Scalar(name, overloads, summary, []);

    /// <summary>Overloads of a scalar function.</summary>
    public static FunctionFamily Scalar(
        string name, string overloads, string summary, ImmutableArray<SemanticRule> rules) =>
        new(name, FunctionKind.Scalar, overloads, summary, rules);

    /// <summary>Overloads of an aggregate whose result has no special meaning.</summary>
    public static FunctionFamily Aggregate(string name, string overloads, string summary) =>
        Aggregate(name, overloads, summary, []);

    /// <summary>Overloads of an aggregate.</summary>
    public static FunctionFamily Aggregate(
        string name, string overloads, string summary, ImmutableArray<SemanticRule> rules) =>
        new(name, FunctionKind.Aggregate, overloads, summary, rules);

    /// <summary>The same, computed on the node of the rows only.</summary>
    public FunctionFamily OnNode() => this with { Site = FunctionSite.Node };

    /// <summary>The same, computed in the merge part only.</summary>
    public FunctionFamily OnMerger() => this with { Site = FunctionSite.Merger };

    /// <summary>The same, never computed partially.</summary>
    public FunctionFamily NeverPartial() => this with { SupportsPartial = false };

    /// <summary>The same, known by name only: a call is an error.</summary>
    public FunctionFamily NotAvailable() => this with { IsAvailable = false };

    /// <summary>The overloads, in the order written.</summary>
    public IEnumerable<FunctionSignature> Signatures()
    {
        foreach (var overload in Overloads.Split(' '))
        {
            var colon = overload.IndexOf(':', StringComparison.Ordinal);
            yield return new FunctionSignature(
                Name,
                Kind,
                [.. overload[..colon].Where(letter => letter != '!').Select(TypeOf)],
                TypeOf(overload[colon + 1]),
                Rules,
                Summary)
            {
                Constants = overload.Count(letter => letter == '!'),
                Site = Site,
                SupportsPartial = SupportsPartial,
                IsAvailable = IsAvailable,
            };
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
