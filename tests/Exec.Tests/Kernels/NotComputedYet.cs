namespace PixieOrleans.Exec.Tests.Kernels;

/// <summary>Functions of the catalog that the engine cannot compute yet; a plan that calls one is refused.</summary>
internal static class NotComputedYet
{
    public static readonly IReadOnlySet<string> Names = """
        _build_request_path_clusters _match_endpoint _match_regex_rule _predict_request_path_cluster
        cidrs_contain_ip nslookup pprof regex_match replace sample
        """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
}
