using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Pxl;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Scripts.Tests.Library;

/// <summary>Compiles scripts of the library as a user runs them.</summary>
internal static class Compilation
{
    /// <summary>2023-11-14 22:13:20 UTC; a multiple of ten seconds, so that windows are whole.</summary>
    public const long NowNs = 1_700_000_000_000_000_000;

    /// <summary>Values for variables that must be given, by script and variable; else by variable.</summary>
    private static readonly Dictionary<string, string> Samples = new(StringComparer.Ordinal)
    {
        ["namespace"] = "shop",
        ["service"] = "shop/cart",
        ["pod"] = "shop/cart-1",
        ["baseline_pod"] = "shop/cart-2",
        ["requesting_pod"] = "shop/front-1",
        ["responding_pod"] = "shop/cart-1",
        ["node"] = "node-a",
        ["ip"] = "10.1.0.11",
        ["requesting_svc"] = "shop/front",
        ["responding_svc"] = "shop/cart",
        ["query"] = "SELECT abalance FROM pgbench_accounts WHERE aid = $1;",
        ["px/kafka_producer_consumer_latency/topic"] = "t1",
        ["px/kafka_producer_consumer_latency/namespace"] = "bus",
        ["pxbeta/service_endpoints/service"] = "shop/cart",
        ["pxbeta/service_endpoint/endpoint"] = "/items/*",
        ["px/upids/namespace"] = "shop",
    };

    /// <summary>The plan of a script; the test fails with the script's errors and warnings.</summary>
    /// <param name="script">The script, which is compiled with all calls of its vis.json.</param>
    /// <param name="start">Value of its variable start_time, or null for the default.</param>
    public static Plan CompiledPlan(LibraryScript script, string? start = null)
    {
        var result = Compile(script, start);
        var problems = result.Diagnostics.Select(diagnostic => DiagnosticText.Render(script.Text, diagnostic));

        Assert.True(result.Diagnostics.IsEmpty, $"{script.Name}\n{string.Join('\n', problems)}");
        return result.Plan!;
    }

    /// <summary>The tables that a compiled script yields, by name.</summary>
    public static IReadOnlyDictionary<string, ImmutableArray<ColumnSchema>> Tables(LibraryScript script) =>
        CompiledPlan(script).Nodes.OfType<ResultNode>().ToDictionary(
            result => result.Name, result => result.Columns, StringComparer.Ordinal);

    /// <summary>The outcome for a script of any origin, on a cluster with the tracepoints of the library.</summary>
    public static CompileResult CompileForeign(LibraryScript script) =>
        Compile(script, null, LibraryScript.All.SelectMany(known => TracepointTables.Of(known.Text)));

    private static CompileResult Compile(LibraryScript script, string? start) =>
        Compile(script, start, TracepointTables.Of(script.Text));

    private static CompileResult Compile(LibraryScript script, string? start, IEnumerable<TableSchema> tracepoints)
    {
        var request = new CompileRequest([.. NodeTables.Schemas, .. tracepoints], NowNs)
        {
            Functions = Functions(script, start),
        };
        return PxlCompiler.Compile(script.Text, request);
    }

    private static ImmutableArray<RequestedFunction> Functions(LibraryScript script, string? start)
    {
        if (script.Spec is not { } spec)
        {
            return [];
        }

        var given = spec.Variables
            .Select(variable => (variable.Name, Value: Sample(script.Name, variable.Name, variable.IsRequired)))
            .Where(sample => sample.Value is not null)
            .ToDictionary(sample => sample.Name, sample => sample.Value!, StringComparer.Ordinal);
        if (start is not null)
        {
            given["start_time"] = start;
        }

        return
        [
            .. spec.Bind(given).Select(call => new RequestedFunction(
                call.Function,
                [.. call.Arguments.Select(argument => new RequestedArgument(argument.Key, argument.Value))],
                call.Output)),
        ];
    }

    private static string? Sample(string script, string variable, bool isRequired) =>
        Samples.TryGetValue($"{script}/{variable}", out var own) ? own
        : isRequired ? Samples.GetValueOrDefault(variable)
        : null;
}
