using System.Collections.Immutable;
using static PixieOrleans.Plans.Functions.Catalog.Rules;
using static PixieOrleans.Plans.Functions.FunctionFamily;

namespace PixieOrleans.Plans.Functions.Catalog;

/// <summary>Aggregates.</summary>
internal static class AggregateFunctions
{
    /// <summary>The functions, by name and overloads.</summary>
    public static readonly ImmutableArray<FunctionFamily> Families =
    [
        Aggregate("_build_request_path_clusters", "S:S",
            "Clusters of request paths as JSON: paths of the same depth that share at least half of their "
            + "components; beyond 5 paths a cluster is only its template. At most 4,096 clusters per group."),
        Aggregate("_kmeans_fit", "SI:S",
            "Clusters of embeddings; not available: no model comes with this program.").NotAvailable(),
        Aggregate("any", "B:B I:I F:F T:T S:S U:U", "Some value of the group.", Any),
        Aggregate("count", "F:I I:I T:I B:I S:I U:I", "Number of rows."),
        Aggregate("max", "F:F I:I T:T", "Greatest value.", AmountsAndShares),
        Aggregate("mean", "F:F I:F B:F", "Arithmetic mean; true counts as 1.", AmountsAndShares),
        Aggregate("min", "F:F I:I T:T", "Least value.", AmountsAndShares),
        Aggregate("pprof", "SII:S",
            "Stacks, their counts and the sampling period in ms as a profile.proto message, not compressed; an "
            + "error text when the periods of a group differ."),
        Aggregate("quantiles", "I:S F:S", "JSON object of p01, p10, p25, p50, p75, p90, p99.", QuantileRules),
        Aggregate("sample", "S:S",
            "One value of the group, every row with the same chance; never computed partially.").NeverPartial(),
        Aggregate("sum", "F:F I:I B:I", "Sum; true counts as 1.", Totals),
    ];
}
