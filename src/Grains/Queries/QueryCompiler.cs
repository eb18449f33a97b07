using System.Collections.Immutable;
using PixieOrleans.Exec;
using PixieOrleans.Exec.Splitting;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Pxl;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Grains.Queries;

/// <summary>Text to the parts of a distributed plan.</summary>
internal sealed class QueryCompiler(SchemaCatalog catalog)
{
    /// <summary>Compiles; <paramref name="nowNs"/> is the one "now" of the whole query.</summary>
    public CompiledQuery Compile(QueryRequest request, long nowNs)
    {
        var result = PxlCompiler.Compile(request.Text, ToCompileRequest(request, nowNs));
        if (UnavailableEffects.Find(result) is { } unavailable)
        {
            return unavailable;
        }

        var lines = request.Text.Split('\n');
        if (result.Plan is not { } plan)
        {
            return CompiledQuery.Rejected(DiagnosticsOf(result, DiagnosticSeverity.Error, lines));
        }

        if (MixesStreams(plan))
        {
            return CompiledQuery.Rejected(
                DiagnosticCodes.Value, "A query shows streams or tables, not both: a stream never ends.");
        }

        try
        {
            return new CompiledQuery(PlanSplitter.Split(plan), ResultsOf(plan), RangeOf(plan, nowNs))
            {
                IsStream = plan.Nodes.Any(n => n is TableScanNode { IsStream: true }),
                Warnings =
                [
                    .. DiagnosticsOf(result, DiagnosticSeverity.Warning, lines),
                    .. UnavailableEffects.Warnings(result),
                ],
                Explain = request.Explain || result.Settings.Explain,
                Analyze = request.Analyze || result.Settings.Analyze,
            };
        }
        catch (InvalidPlanException e) // such as a function of the nodes over rows of the merge part
        {
            return CompiledQuery.Rejected(QueryFailed.PlanCode, e.Message);
        }
    }

    private CompileRequest ToCompileRequest(QueryRequest request, long nowNs)
    {
        var compile = new CompileRequest(catalog.Schemas, nowNs) { Functions = FunctionsOf(request) };
        return request.MaxRows is { } rows ? compile with { MaxOutputRows = rows } : compile;
    }

    // A sender of an older version leaves the array without a value.
    private static ImmutableArray<RequestedFunction> FunctionsOf(QueryRequest request) =>
        request.Functions.IsDefaultOrEmpty
            ? []
            : [.. request.Functions.Select(f => new RequestedFunction(
                f.Name, [.. f.Arguments.Select(a => new RequestedArgument(a.Name, a.Value))], f.Output))];

    private static ImmutableArray<QueryDiagnostic> DiagnosticsOf(
        CompileResult result, DiagnosticSeverity severity, string[] lines) =>
    [
        .. result.Diagnostics.Where(d => d.Severity == severity).Select(d => new QueryDiagnostic(
            d.Span.Line,
            d.Span.Column,
            d.Code,
            d.Hint is null ? d.Message : $"{d.Message} ({d.Hint})",
            d.Span.Line >= 1 && d.Span.Line <= lines.Length ? lines[d.Span.Line - 1].TrimEnd('\r') : "")),
    ];

    private static bool MixesStreams(Plan plan) =>
        plan.Nodes.Any(n => n is TableScanNode { IsStream: true })
        && plan.Nodes.Any(n => n is TableScanNode { IsStream: false } or TableFunctionNode);

    private static ImmutableArray<ResultTable> ResultsOf(Plan plan) =>
        [.. plan.Nodes.OfType<ResultNode>().Select(n => new ResultTable(n.Name, n.Columns))];

    // The widest range of the scans; an open start is as far back as tables can reach.
    private static TimeRange RangeOf(Plan plan, long nowNs)
    {
        var scans = plan.Nodes.OfType<TableScanNode>().ToList();
        return new TimeRange(
            scans.Count == 0 || scans.Any(s => s.StartNs is null) ? null : scans.Min(s => s.StartNs!.Value),
            scans.Count == 0 || scans.Any(s => s.EndNs is null) ? nowNs : scans.Max(s => s.EndNs!.Value));
    }
}
