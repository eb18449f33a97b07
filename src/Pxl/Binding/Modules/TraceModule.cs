using System.Collections.Immutable;
using System.Globalization;
using PixieOrleans.Model;
using PixieOrleans.Plans.Tracing;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.Modules;

/// <summary>The module pxtrace: tracepoints to deploy and to delete.</summary>
internal static class TraceModule
{
    public const string Name = "pxtrace";

    private static readonly ImmutableArray<BuiltinFunction> Functions =
    [
        new("UpsertTracepoint", [new("name"), new("table_name"), new("probe_fn"), new("target"), new("ttl")], Upsert),
        new("DeleteTracepoint", [new("name")], Delete),
        .. TracePrograms.All,
        .. TraceTargets.All,
    ];

    public static ModuleValue Create() => new(Name, Functions.ToDictionary(
        function => function.Name, PxlValue (function) => function, StringComparer.Ordinal));

    /// <summary>A text that names something, so it is not empty.</summary>
    public static string NameOf(BuiltinCall call, int index) => call.Text(index) is { Length: > 0 } name
        ? name
        : throw new CompileException(
            DiagnosticCodes.Argument, call.SpanOf(index), $"The argument '{call.NameOf(index)}' must not be empty.");

    private static NoneValue Upsert(BuiltinCall call)
    {
        var target = TraceTargets.Read(call, 3);
        var (programs, probe) = TracePrograms.Read(call, 2);
        if (probe is not null && target is HostTarget)
        {
            throw new CompileException(
                DiagnosticCodes.Argument, call.SpanOf(3), "A probe function needs a process as its target.");
        }

        call.Session.AddMutation(
            new UpsertTracepoint(NameOf(call, 0), NameOf(call, 1), Ttl(call, 4), target, programs, probe), call.Span);
        return NoneValue.Instance;
    }

    private static NoneValue Delete(BuiltinCall call)
    {
        call.Session.AddMutation(new DeleteTracepoint(NameOf(call, 0)), call.Span);
        return NoneValue.Instance;
    }

    private static long Ttl(BuiltinCall call, int index) =>
        TimeText.ParseDuration(call.Text(index)) is > 0 and var ns
            ? ns
            : throw new CompileException(
                DiagnosticCodes.Argument,
                call.SpanOf(index),
                $"'{call.Text(index)}' is not a time to live.",
                "write '5m' or '30s'");

    /// <summary>A constant UPID.</summary>
    public static Upid UpidOf(BuiltinCall call, int index) =>
        call[index] is FormulaValue { Formula: ConstantFormula { Value: { Type: DataType.UInt128 } constant } }
            ? Upid.FromUInt128(UInt128.Parse(constant.Text, CultureInfo.InvariantCulture))
            : throw call.Unexpected(index, "UPID");
}
