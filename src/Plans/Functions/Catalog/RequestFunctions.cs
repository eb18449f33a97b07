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
        Scalar("_match_endpoint", "SS:B",
            "Whether a path (without its query) fits a template, in which * stands for any one component."),
        Scalar("_predict_request_path_cluster", "SS:S",
            "Template of the path's cluster, given what _build_request_path_clusters yields; a path of a small "
            + "cluster, or of none, is itself."),
        Scalar("normalize_mysql", "SI:S",
            "Statement with ? in place of its constants: JSON query and params, or error. The command is req_cmd:"
            + " 3 for a statement, 23 for an execute, query=[..] params=[..]."),
        Scalar("normalize_pgsql", "SS:S",
            "Statement with $1, $2, .. in place of its constants: JSON query and params, or error. The command is"
            + " req_cmd: Query for a statement, Execute for query=[..] params=[..]."),
        Scalar("redact_pii_best_effort", "S:S",
            "Text with <REDACTED_..> in place of account numbers (IBAN), e-mail, IPv6, IPv4 and MAC addresses, "
            + "IMEI, card and US social security numbers. Of forms that overlap, all text gets the tag of the "
            + "longest."),
        Scalar("cidrs_contain_ip", "SS:B",
            "Whether an address is in one of the networks of a JSON array of CIDRs; false for what is no address."),
        Scalar("nslookup", "S:S",
            "Name of an address, as the resolver of the machine tells it in time; the input when there is none. "
            + "On a node a query waits 3 s in all, in the merge part 500 ms; 1,024 names are remembered for 10 "
            + "minutes."),
    ];
}
