using System.Collections.Immutable;
using System.Globalization;
using PixieOrleans.Model;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.Modules;

/// <summary>Times and durations, computed while the script is evaluated.</summary>
internal static class TimeFunctions
{
    public static readonly ImmutableArray<BuiltinFunction> All =
    [
        new("now", [], call => Integer(call, call.Session.Request.NowNs)),
        Unit("microseconds", 1_000),
        Unit("milliseconds", 1_000_000),
        Unit("seconds", 1_000_000_000),
        Unit("minutes", 60_000_000_000),
        Unit("hours", 3_600_000_000_000),
        Unit("days", 86_400_000_000_000),
        new("parse_duration", [new("duration")], ParseDuration),
        new("format_duration", [new("duration")], call =>
            new FormulaValue(Constants.OfText(call.Span, TimeText.FormatDuration(call.Integer(0))))),
        new("parse_time", [new("time")], call =>
            new FormulaValue(Constants.OfTime(call.Span, Required(call, 0)))),
    ];

    /// <summary>A point in time given as nanoseconds, as a time or as text; null for None.</summary>
    public static long? PointOf(BuiltinCall call, int index)
    {
        if (call[index] is NoneValue)
        {
            return null;
        }

        if (call[index] is not FormulaValue { Formula: ConstantFormula { Value: var value } })
        {
            throw call.Unexpected(index, "Time");
        }

        return value.Type switch
        {
            DataType.Int64 or DataType.Time64Ns => long.Parse(value.Text, CultureInfo.InvariantCulture),
            DataType.String => TimeText.ParsePoint(value.Text, call.Session.Request.NowNs)
                ?? throw new CompileException(
                    DiagnosticCodes.Argument,
                    call.SpanOf(index),
                    $"Failed to parse time '{value.Text}'.",
                    "write '-5m' or '2026-01-31 12:00:00 +0000'"),
            _ => throw call.Unexpected(index, "Time"),
        };
    }

    private static long Required(BuiltinCall call, int index) =>
        PointOf(call, index) ?? throw call.Unexpected(index, "Time");

    private static BuiltinFunction Unit(string name, long ns) =>
        new(name, [new("unit")], call => Integer(call, unchecked(call.Integer(0) * ns)));

    private static FormulaValue ParseDuration(BuiltinCall call)
    {
        var text = call.Text(0);
        var duration = TimeText.ParseDuration(text) ?? throw new CompileException(
            DiagnosticCodes.Argument, call.SpanOf(0), $"Failed to parse duration '{text}'.", "write '-5m' or '30s'");
        return Integer(call, duration);
    }

    private static FormulaValue Integer(BuiltinCall call, long value) =>
        new(Constants.OfInteger(call.Span, value));
}
