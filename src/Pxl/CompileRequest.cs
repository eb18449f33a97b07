using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Pxl;

/// <summary>An argument of a requested function, as text; the parameter's annotation says how to read it.</summary>
public sealed record RequestedArgument(string Name, string Value);

/// <summary>A function of the script to run for the answer.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="OutputPrefix">Name of the result table; several results are "prefix[0]", "prefix[1]", ...</param>
public sealed record RequestedFunction(
    string Function, ImmutableArray<RequestedArgument> Arguments, string OutputPrefix);

/// <summary>The time that a run of a plugin's script is about, in nanoseconds since 1970.</summary>
public sealed record PluginRun(long StartNs, long EndNs);

/// <summary>What a compilation depends on besides the script.</summary>
/// <param name="Schemas">The tables that scripts may read.</param>
/// <param name="NowNs">The time that relative times refer to, in nanoseconds since 1970.</param>
public sealed record CompileRequest(IReadOnlyCollection<TableSchema> Schemas, long NowNs)
{
    /// <summary>Functions to run; when there are any, px.display does nothing.</summary>
    public ImmutableArray<RequestedFunction> Functions { get; init; } = [];

    /// <summary>Rows per output table unless the script sets another number. Default 10,000.</summary>
    public long MaxOutputRows { get; init; } = 10_000;

    /// <summary>Set when a plugin runs the script: px.plugin is there then.</summary>
    public PluginRun? Plugin { get; init; }

    /// <summary>Scripts that can be imported, by module name.</summary>
    public ImmutableDictionary<string, string> Modules { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Bounds on the script.</summary>
    public CompileLimits Limits { get; init; } = CompileLimits.Default;

    /// <summary>Tests turn it off to compare with the plan as written.</summary>
    internal bool Rewrites { get; init; } = true;
}
