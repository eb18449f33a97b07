using System.Collections.Immutable;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Exports;
using PixieOrleans.Plans.Tracing;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl;

/// <summary>What the "#px:set" lines of a script ask for.</summary>
/// <param name="MaxOutputRows">Rows per output table, or null to leave the default.</param>
/// <param name="Explain">Show the plan.</param>
/// <param name="Analyze">Show what running it took.</param>
public sealed record ScriptSettings(long? MaxOutputRows = null, bool Explain = false, bool Analyze = false);

/// <summary>Outcome of a compilation.</summary>
/// <param name="Plan">The plan, or null when there are errors; it has no nodes when only changes are asked for.</param>
/// <param name="Diagnostics">Errors and warnings in order of their place.</param>
/// <param name="Settings">Settings in the script.</param>
public sealed record CompileResult(Plan? Plan, ImmutableArray<Diagnostic> Diagnostics, ScriptSettings Settings)
{
    /// <summary>
    /// Changes of the cluster that the script asks for. They are there even if there is no plan because a table is
    /// missing: a tracepoint may have to run before its table is known.
    /// </summary>
    public ImmutableArray<Mutation> Mutations { get; init; } = [];

    /// <summary>Result tables that go elsewhere instead of into the answer; empty when there is no plan.</summary>
    public ImmutableArray<OTelExport> Exports { get; init; } = [];

    /// <summary>Specifications of pictures in Vega, by the function of the script that returns their rows.</summary>
    public ImmutableDictionary<string, string> VegaSpecs { get; init; } = ImmutableDictionary<string, string>.Empty;
}
