using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.DataFrames;

/// <summary>df.filter(key), which is df[key], and df.map, whose name is taken.</summary>
internal static class FilterMethod
{
    public const string Name = "filter";

    /// <summary>Name of the method that only tells what to write instead.</summary>
    public const string MapName = "map";

    public static BuiltinFunction Bind(DataFrameValue frame) => new(
        Name,
        [new("key")],
        call => Frames.Subscript(call.Session, frame, call[0], call.Span, call.SpanOf(0)));

    public static BuiltinFunction BindMap(DataFrameValue frame) => new(
        MapName,
        [new("column_name"), new("expr")],
        call => throw new CompileException(
            DiagnosticCodes.Refused,
            call.Span,
            "Map assign not callable. use the attribute assignment syntax instead.",
            "df.name = expression adds a column"));
}
