using System.Collections.Immutable;
using System.Text.RegularExpressions;
using PixieOrleans.Plans.Tracing;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.Modules;

/// <summary>Functions of pxtrace that say what a tracepoint does: programs, and probes of functions.</summary>
internal static partial class TracePrograms
{
    private static readonly ImmutableArray<string> Selectors = ["min_kernel", "max_kernel", "host_name"];

    public static readonly ImmutableArray<BuiltinFunction> All =
    [
        new("TraceProgram", [new("program")], MakeProgram, takesKeywords: true),
        new("probe", [new("fn_name")], MakeDecorator),
        new("ArgExpr", [new("expr")], call => Value(call, ProbeValueKind.Argument)),
        new("RetExpr", [new("expr")], call => Value(call, ProbeValueKind.Result)),
        new("FunctionLatency", [], _ => Value(ProbeValueKind.Latency, "")),
    ];

    /// <summary>A program as text or from TraceProgram, a list of those, or a function under @probe.</summary>
    public static (ImmutableArray<TraceProgram> Programs, FunctionProbe? Probe) Read(BuiltinCall call, int index)
    {
        switch (call[index])
        {
            case OpaqueValue { Item: ProbeDefinition definition }:
                return ([], Run(call, index, definition));
            case ListValue { Items: { IsEmpty: false } items }:
                return ([.. items.Select(item => ProgramOf(call, index, item))], null);
            case var single:
                return ([ProgramOf(call, index, single)], null);
        }
    }

    private static TraceProgram ProgramOf(BuiltinCall call, int index, PxlValue value) => value switch
    {
        OpaqueValue { Item: TraceProgram program } => Counted(call, program),
        _ => Names.TextOf(value) is { Length: > 0 } text
            ? Counted(call, new TraceProgram(text))
            : throw call.Unexpected(index, "TraceProgram"),
    };

    // One text may be named many times, and what a script asks for travels.
    private static TraceProgram Counted(BuiltinCall call, TraceProgram program)
    {
        call.Session.CountText(call.Span, program.Text.Length);
        return program;
    }

    private static OpaqueValue MakeProgram(BuiltinCall call)
    {
        var program = new TraceProgram(TraceModule.NameOf(call, 0));
        foreach (var keyword in call.Keywords)
        {
            var value = SelectorValue(keyword);
            program = keyword.Name switch
            {
                "min_kernel" => program with { MinKernel = Kernel(keyword, value) },
                "max_kernel" => program with { MaxKernel = Kernel(keyword, value) },
                _ => program with { HostName = value },
            };
        }

        return new OpaqueValue("TraceProgram", program);
    }

    private static string SelectorValue(Argument keyword)
    {
        if (!Selectors.Contains(keyword.Name!))
        {
            throw new CompileException(
                DiagnosticCodes.Argument,
                keyword.Span,
                $"Unsupported selector argument provided '{keyword.Name}'",
                Suggestion.For(keyword.Name!, Selectors) ?? $"there are {string.Join(", ", Selectors)}");
        }

        return Names.TextOf(keyword.Value) is { Length: > 0 } value
            ? value
            : throw new CompileException(
                DiagnosticCodes.Argument, keyword.Span, $"Empty selector value provided for '{keyword.Name}'");
    }

    private static string Kernel(Argument keyword, string version) => KernelPattern().IsMatch(version)
        ? version
        : throw new CompileException(
            DiagnosticCodes.Argument, keyword.Span, $"'{version}' is not a version of a kernel.", "write '5.19.0'");

    private static BuiltinFunction MakeDecorator(BuiltinCall call)
    {
        var name = TraceModule.NameOf(call, 0);
        return new BuiltinFunction("probe", [new("fn")], decorated => decorated[0] is UserFunctionValue function
            ? new OpaqueValue("probe", new ProbeDefinition(name, function))
            : throw decorated.Unexpected(0, "function"));
    }

    private static OpaqueValue Value(BuiltinCall call, ProbeValueKind kind) => Value(kind, TraceModule.NameOf(call, 0));

    private static OpaqueValue Value(ProbeValueKind kind, string text) =>
        new("probe value", new ProbeValue("", kind, text));

    private static FunctionProbe Run(BuiltinCall call, int index, ProbeDefinition definition)
    {
        var result = call.Session.Invoke(definition.Body, [], call.SpanOf(index));
        var parts = result is ListValue { Items: { IsEmpty: false } items } ? items : [result];
        var values = ImmutableArray.CreateBuilder<ProbeValue>();
        foreach (var part in parts)
        {
            if (part is not DictValue { Items: { IsEmpty: false } columns })
            {
                throw Malformed(call, index);
            }

            foreach (var (key, value) in columns)
            {
                values.Add(Names.TextOf(key) is { Length: > 0 } name && value is OpaqueValue { Item: ProbeValue item }
                    ? item with { Column = name }
                    : throw Malformed(call, index));
            }
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var twice = values.FirstOrDefault(value => !names.Add(value.Column));
        return twice is null
            ? new FunctionProbe(definition.Function, values.ToImmutable())
            : throw new CompileException(
                DiagnosticCodes.Column, call.SpanOf(index), $"Column '{twice.Column}' is named twice.");
    }

    private static CompileException Malformed(BuiltinCall call, int index) => new(
        DiagnosticCodes.Value,
        call.SpanOf(index),
        "A probe function returns a list of dictionaries: [{'column': pxtrace.ArgExpr('name')}].");

    [GeneratedRegex(@"^[0-9]{1,5}(\.[0-9]{1,5}){0,2}$", RegexOptions.CultureInvariant)]
    private static partial Regex KernelPattern();

    /// <summary>A function under @pxtrace.probe.</summary>
    private sealed record ProbeDefinition(string Function, UserFunctionValue Body);
}
