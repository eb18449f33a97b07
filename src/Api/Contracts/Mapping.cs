using PixieOrleans.Grains.Interfaces.Cluster;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Model.Rows;
using PixieOrleans.Model;

namespace PixieOrleans.Api.Contracts;

/// <summary>Records of the grains as shapes of the API.</summary>
internal static class Mapping
{
    private const double NsPerMs = 1e6;

    public static ColumnContract ToContract(this ColumnSchema column) =>
        new(column.Name, WireNames.Of(column.Type), WireNames.Of(column.Semantic));

    public static CompletenessContract ToCompleteness(this QuerySummary summary) => new(
        summary.Nodes.All(n => n.IsComplete),
        [.. summary.Nodes.Select(n => n.ToContract())]);

    public static StatisticsContract ToStatistics(this QuerySummary summary) => new(
        Math.Round(summary.Statistics.CompileNs / NsPerMs, 3),
        Math.Round(summary.Statistics.TotalNs / NsPerMs, 3),
        summary.Statistics.RowsScanned,
        summary.Statistics.BytesScanned,
        summary.Statistics.RowsReturned,
        summary.Statistics.RowLimitReached);

    public static ExplanationContract ToContract(this QueryExplanation explanation) => new(
        explanation.Fragment,
        explanation.Merge,
        [.. explanation.Parts.Select(part => new PartContract(
            part.Node.Length == 0 ? null : part.Node, [.. part.Operators.Select(ToContract)]))]);

    public static StreamStartContract ToStreamStart(this QueryStarted started) => new(
        [.. started.Tables.Select(t => new StreamTableContract(t.Name, [.. t.Columns.Select(c => c.ToContract())]))],
        [.. started.Warnings.Select(w => w.ToContract())]);

    public static ScriptErrorContract ToContract(this QueryDiagnostic d) =>
        new(d.Line, d.Column, d.Message, d.Code, d.SourceLine);

    public static NodeContract ToContract(this ClusterNode node) =>
        new(node.Name, node.State, node.Since, node.Asid);

    public static TableContract ToContract(this ClusterTable table) => new(
        table.Schema.Name,
        table.Schema.Description,
        [.. table.Schema.Columns.Select(c => new TableColumnContract(
            c.Name, WireNames.Of(c.Type), WireNames.Of(c.Semantic), WireNames.Of(c.Pattern), c.Description))],
        [.. table.Nodes]);

    public static NodeStatusContract ToContract(this NodeStatus status) => new(
        status.Node,
        true,
        null,
        WordOf(status.State),
        status.Reason,
        status.Asid,
        status.Version,
        status.Connections,
        status.ResidentBytes,
        [.. status.Sources.Select(s => new SourceContract(
            s.Name, s.State, s.Error, s.PeriodMs, s.Rows, s.CpuMs, s.Losses))],
        [.. status.Hooks.Select(h => new HookContract(h.Syscall, h.Kind, h.Attached, h.Error))],
        [.. status.Losses.Select(l => new LossContract(l.Cause, l.Total, [.. l.PerCpu]))],
        [.. status.Tables.Select(ToContract)],
        [.. status.Capabilities.Select(c => new CapabilityContract(c.Name, c.State, c.Reason))],
        [.. status.Tls.Select(ToContract)]);

    public static NodeStatusContract ToSilentNode(string node, string error) =>
        new(node, false, error, null, null, 0, null, 0, 0, [], [], [], [], [], []);

    /// <summary>A state as one lower-case word.</summary>
    public static string WordOf(NodeState state) => state switch
    {
        NodeState.Starting => "starting",
        NodeState.Ready => "ready",
        NodeState.Failed => "failed",
        _ => "stopped",
    };

    private static OperatorContract ToContract(OperatorFigures o) => new(
        o.Id,
        o.Kind,
        o.RowsIn,
        o.RowsOut,
        o.BytesOut,
        o.TimeNs is { } time ? Math.Round(time / NsPerMs, 3) : null,
        o.RowsSkipped);

    private static NodeCompletenessContract ToContract(this NodeCompleteness n) => new(
        n.Node,
        n.Answered,
        n.Error,
        n.EventsSeen,
        new LostContract(n.Lost.Kernel, n.Lost.Ring, n.Lost.Parser, n.Lost.Unclassified),
        n.Truncated,
        n.RowsExpired);

    private static TlsProcessContract ToContract(TlsStatus t) => new(
        t.ProcessId,
        t.Process,
        t.State,
        t.Proof,
        t.Library,
        t.Version,
        t.Method,
        t.Calls,
        t.UnlinkedCalls,
        t.MixedObjects,
        t.AttachMs,
        t.Reason);

    private static TableStatusContract ToContract(TableStatus t) => new(
        t.Name,
        t.Rows,
        t.Bytes,
        t.BudgetBytes,
        t.OldestNs is { } oldest ? TimeText.Format(oldest) : null,
        t.NewestNs is { } newest ? TimeText.Format(newest) : null,
        t.EvictedRows);
}
