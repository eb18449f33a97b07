using System.Collections.Immutable;

namespace PixieOrleans.Plans.Tracing;

/// <summary>A program of bpftrace; of its selectors null ones fit every node.</summary>
/// <param name="Text">The program.</param>
/// <param name="MinKernel">The oldest kernel that it runs on, as "5.19.0".</param>
/// <param name="MaxKernel">The newest kernel that it runs on.</param>
/// <param name="HostName">The only machine that it runs on.</param>
public sealed record TraceProgram(
    string Text, string? MinKernel = null, string? MaxKernel = null, string? HostName = null);

/// <summary>What a column of a probed function's table holds.</summary>
public enum ProbeValueKind
{
    /// <summary>An expression over the arguments.</summary>
    Argument,

    /// <summary>An expression over the results.</summary>
    Result,

    /// <summary>The time that the call took, in nanoseconds.</summary>
    Latency,
}

/// <summary>A column of a probed function's table.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Text">The expression, such as "req.id"; empty for a latency.</param>
public sealed record ProbeValue(string Column, ProbeValueKind Kind, string Text);

/// <summary>A function to probe, and what to keep of every call.</summary>
/// <param name="Function">Its symbol.</param>
/// <param name="Values">The columns.</param>
public sealed record FunctionProbe(string Function, ImmutableArray<ProbeValue> Values);
