using System.Collections.Immutable;
using static PixieOrleans.Plans.Functions.FunctionFamily;

namespace PixieOrleans.Plans.Functions.Catalog;

/// <summary>Functions that need a trained model.</summary>
internal static class ModelFunctions
{
    /// <summary>The functions, by name and overloads.</summary>
    public static readonly ImmutableArray<FunctionFamily> Families =
    [
        Scalar("_text_embedding", "S:S",
            "Embedding of a text; not available: no model comes with this program.").NotAvailable(),
        Scalar("_encode_sentence_piece", "S:S",
            "Token ids of a text; not available: no model comes with this program.").NotAvailable(),
        Scalar("_kmeans_inference", "SS:I",
            "Cluster of an embedding; not available: no model comes with this program.").NotAvailable(),
    ];
}
