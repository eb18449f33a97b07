using System.Collections.Immutable;
using PixieOrleans.Plans;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl;

/// <summary>What the "#px:set" lines of a script ask for.</summary>
/// <param name="MaxOutputRows">Rows per output table, or null to leave the default.</param>
/// <param name="Explain">Show the plan.</param>
/// <param name="Analyze">Show what running it took.</param>
public sealed record ScriptSettings(long? MaxOutputRows = null, bool Explain = false, bool Analyze = false);

/// <summary>Outcome of a compilation.</summary>
/// <param name="Plan">The plan, or null when there are errors.</param>
/// <param name="Diagnostics">Errors and warnings in order of their place.</param>
/// <param name="Settings">Settings in the script.</param>
public sealed record CompileResult(Plan? Plan, ImmutableArray<Diagnostic> Diagnostics, ScriptSettings Settings);
