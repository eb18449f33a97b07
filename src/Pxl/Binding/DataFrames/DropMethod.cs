using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Compilation;

namespace PixieOrleans.Pxl.Binding.DataFrames;

/// <summary>df.drop(columns): all columns but these.</summary>
internal static class DropMethod
{
    public const string Name = "drop";

    public static BuiltinFunction Bind(DataFrameValue frame) => new(
        Name,
        [new("columns")],
        call => new DataFrameValue(call.Session.Graph.Add(
            new DropOperation(call.SpanOf(0), frame.Input(call.Span), call.Texts(0)))));
}
