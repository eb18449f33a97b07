using System.Collections.Immutable;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Plans.Tracing;
using PixieOrleans.Pxl;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Grains.Queries;

/// <summary>What scripts may ask for besides an answer and this version cannot do: tracepoints and exports.</summary>
internal static class UnavailableEffects
{
    private const string NotYet = "Tracepoints cannot be deployed yet";

    /// <summary>The query that cannot be run for want of such an effect, or null.</summary>
    public static CompiledQuery? Find(CompileResult result)
    {
        if (!result.Exports.IsEmpty)
        {
            var tables = string.Join(", ", result.Exports.Select(export => $"'{export.Table}'"));
            return CompiledQuery.Failed(
                QueryFailed.ExportCode, $"Rows cannot be exported yet (px.export of {tables}); show them instead.");
        }

        var answers = result.Plan is { Nodes.IsEmpty: false };
        return result.Mutations.IsEmpty || answers || !OnlyTheirTablesAreMissing(result)
            ? null
            : CompiledQuery.Failed(QueryFailed.MutationCode, TextOf(result.Mutations));
    }

    /// <summary>Tells that a script whose tables all exist is answered without its changes.</summary>
    public static IEnumerable<QueryDiagnostic> Warnings(CompileResult result) => result.Mutations.IsEmpty
        ? []
        : [new QueryDiagnostic(0, 0, QueryFailed.MutationCode, TextOf(result.Mutations), "")];

    private static bool OnlyTheirTablesAreMissing(CompileResult result) => result.Diagnostics
        .Where(d => d.Severity == DiagnosticSeverity.Error)
        .All(d => d.Code == DiagnosticCodes.Table && result.Mutations.OfType<UpsertTracepoint>()
            .Any(tracepoint => d.Message.Contains($"'{tracepoint.Table}'", StringComparison.Ordinal)));

    private static string TextOf(ImmutableArray<Mutation> mutations) => $"{NotYet}: "
        + string.Join(", ", mutations.Select(mutation => mutation switch
        {
            UpsertTracepoint upsert => $"'{upsert.Name}' with its table '{upsert.Table}'",
            DeleteTracepoint delete => $"deletion of '{delete.Name}'",
            SetAgentConfig set => $"setting '{set.Key}' of the agent in '{set.AgentPodName}'",
            _ => mutation.GetType().Name,
        })) + ".";
}
