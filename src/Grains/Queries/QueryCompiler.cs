using System.Collections.Immutable;
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
        return result.Plan is { } plan
            ? new CompiledQuery(PlanSplitter.Split(plan), ResultsOf(plan), RangeOf(plan, nowNs), [])
            : new CompiledQuery(null, [], default, DiagnosticsOf(result, request.Text));
    }

    private CompileRequest ToCompileRequest(QueryRequest request, long nowNs)
    {
        var compile = new CompileRequest(catalog.Schemas, nowNs);
        return request.MaxRows is { } rows ? compile with { MaxOutputRows = rows } : compile;
    }

    private static ImmutableArray<QueryDiagnostic> DiagnosticsOf(CompileResult result, string text)
    {
        var lines = text.Split('\n');
        return
        [
            .. result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => new QueryDiagnostic(
                d.Span.Line,
                d.Span.Column,
                d.Code,
                d.Hint is null ? d.Message : $"{d.Message} ({d.Hint})",
                d.Span.Line >= 1 && d.Span.Line <= lines.Length ? lines[d.Span.Line - 1].TrimEnd('\r') : "")),
        ];
    }

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

/// <summary>A compiled query, or the reasons why it does not compile.</summary>
/// <param name="Plan">The plan's parts; null when it does not compile.</param>
/// <param name="Tables">Tables of the answer.</param>
/// <param name="Range">Time range that the query reads.</param>
/// <param name="Diagnostics">What is wrong.</param>
internal sealed record CompiledQuery(
    DistributedPlan? Plan,
    ImmutableArray<ResultTable> Tables,
    TimeRange Range,
    ImmutableArray<QueryDiagnostic> Diagnostics);

/// <summary>Times, ns since 1970, both included; a null start is open.</summary>
internal readonly record struct TimeRange(long? StartNs, long EndNs);
