using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Plans.Functions.Catalog;

/// <summary>Rules that several functions share.</summary>
internal static class Rules
{
    /// <summary>One argument: its meaning is handed on.</summary>
    public static readonly ImmutableArray<SemanticRule> Any = [new InheritRule([], [])];

    /// <summary>The second and third argument agree: so does the result.</summary>
    public static readonly ImmutableArray<SemanticRule> Branches = [new InheritRule([], [1, 2])];

    /// <summary>Meanings that survive addition.</summary>
    public static readonly ImmutableArray<SemanticRule> Amounts = Inherit(
        SemanticType.Bytes,
        SemanticType.ThroughputPerNs,
        SemanticType.ThroughputBytesPerNs,
        SemanticType.DurationNs);

    /// <summary>Meanings that survive a choice or a mean.</summary>
    public static readonly ImmutableArray<SemanticRule> AmountsAndShares = Inherit(
        SemanticType.Bytes,
        SemanticType.ThroughputPerNs,
        SemanticType.ThroughputBytesPerNs,
        SemanticType.DurationNs,
        SemanticType.Percent);

    /// <summary>Meanings that survive a sum over rows.</summary>
    public static readonly ImmutableArray<SemanticRule> Totals = Inherit(
        SemanticType.Bytes,
        SemanticType.ThroughputPerNs,
        SemanticType.ThroughputBytesPerNs,
        SemanticType.Percent);

    /// <summary>Something per duration.</summary>
    public static readonly ImmutableArray<SemanticRule> Rates =
    [
        new ExplicitRule(SemanticType.ThroughputPerNs, [SemanticType.None, SemanticType.DurationNs]),
        new ExplicitRule(SemanticType.ThroughputBytesPerNs, [SemanticType.Bytes, SemanticType.DurationNs]),
    ];

    /// <summary>Quantiles of anything, or of durations.</summary>
    public static readonly ImmutableArray<SemanticRule> QuantileRules =
    [
        new ExplicitRule(SemanticType.Quantiles, [SemanticType.None]),
        new ExplicitRule(SemanticType.DurationNsQuantiles, [SemanticType.DurationNs]),
    ];

    /// <summary>A meaning whatever the arguments are.</summary>
    public static ImmutableArray<SemanticRule> Always(SemanticType result) => [new AlwaysRule(result)];

    /// <summary>A meaning for arguments of given meanings, of which None matches anything.</summary>
    public static ImmutableArray<SemanticRule> From(SemanticType result, params SemanticType[] arguments) =>
        [new ExplicitRule(result, [.. arguments])];

    private static ImmutableArray<SemanticRule> Inherit(params SemanticType[] allowed) =>
        [new InheritRule([.. allowed], [])];
}
