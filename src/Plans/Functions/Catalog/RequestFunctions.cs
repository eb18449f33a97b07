using System.Collections.Immutable;
using static PixieOrleans.Plans.Functions.FunctionFamily;

namespace PixieOrleans.Plans.Functions.Catalog;

/// <summary>What requests have in common: addresses, paths, statements, personal data.</summary>
internal static class RequestFunctions
{
    /// <summary>The functions, by name and overloads.</summary>
    public static readonly ImmutableArray<FunctionFamily> Families =
    [
        Scalar("uri_parse", "S:S", "URI parts as JSON: scheme userInfo host port path query fragment."),
        Scalar("uri_recompose", "SSSISSS:S", "Builds a URI from seven parts; port 0 is left out."),
        Scalar("_match_endpoint", "SS:B", "True when a path matches a template with * components."),
        Scalar("_predict_request_path_cluster", "SS:S",
            "Template of the cluster a path belongs to, given the serialized clustering."),
        Scalar("normalize_mysql", "SI:S",
            "Replaces constants by ?; JSON query and params, or error; command must be 3 or 23."),
        Scalar("normalize_pgsql", "SS:S",
            "Replaces constants by $n; JSON query and params, or error; command must be Query or Execute."),
        Scalar("redact_pii_best_effort", "S:S",
            "Replaces IBAN, e-mail, IPv6, IPv4, MAC, IMEI, card and SSN matches by <REDACTED_...> tags; "
            + "longest match wins."),
        Scalar("cidrs_contain_ip", "SS:B", "True when the IP lies in any CIDR of a JSON array; bad input gives false."),
        Scalar("nslookup", "S:S", "Reverse DNS (IPv4 only), 1024-entry LRU; returns the input when no name exists."),
    ];
}
