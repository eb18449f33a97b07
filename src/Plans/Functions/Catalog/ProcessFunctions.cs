using System.Collections.Immutable;
using PixieOrleans.Model;
using static PixieOrleans.Plans.Functions.Catalog.Rules;
using static PixieOrleans.Plans.Functions.FunctionFamily;

namespace PixieOrleans.Plans.Functions.Catalog;

/// <summary>Processes, and the machine that evaluates a row.</summary>
internal static class ProcessFunctions
{
    /// <summary>The functions, by name and overloads.</summary>
    public static readonly ImmutableArray<FunctionFamily> Families =
    [
        Scalar("_exec_host_num_cpus", ":I", "Configured CPU count of that machine."),
        Scalar("_exec_hostname", ":S", "Hostname of the machine running this plan fragment."),
        Scalar("asid", ":I", "Short id of the agent that evaluates the row.", Always(SemanticType.Asid)),
        Scalar("shared_libraries", "U:S", "Mapped file targets of the process, one value or JSON array.").OnNode(),
        Scalar("upid", "III:U II:U",
            "Builds a UPID from (asid, pid, start) or from (pid, start) with the local "
            + "asid.", Always(SemanticType.Upid)),
        Scalar("upid_to_asid", "U:I", "Upper 32 bits of the UPID.", Always(SemanticType.Asid)),
        Scalar("upid_to_cmdline", "U:S", "Command line of the process.").OnNode(),
        Scalar("upid_to_pid", "U:I", "PID part of the UPID."),
        Scalar("upid_to_start_ts", "U:T", "Start part of the UPID, typed as a time although it holds clock ticks."),
        Scalar("upid_to_string", "U:S", "asid:pid:start as text."),
        Scalar("vizier_id", ":S", "Cluster id."),
        Scalar("vizier_name", ":S", "Cluster name."),
        Scalar("vizier_namespace", ":S", "Namespace the agents run in."),
    ];
}
