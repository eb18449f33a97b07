using System.Collections.Immutable;
using PixieOrleans.Pxl.Binding.DataFrames;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.Modules;

/// <summary>px.display and px.debug: output tables.</summary>
internal static class OutputFunctions
{
    private static readonly ImmutableArray<BuiltinParameter> Parameters =
    [
        new("out"),
        new("name", new FormulaValue(Constants.OfText(new SourceSpan(1, 1), "output"))),
        new("cols", new ListValue([])),
    ];

    public static readonly ImmutableArray<BuiltinFunction> All =
    [
        new("display", Parameters, Display),
        new("debug", Parameters, call => Output(call, "_")),
    ];

    // When the request names functions, their results are the answer.
    private static NoneValue Display(BuiltinCall call) =>
        call.Session.Request.Functions.IsEmpty ? Output(call, "") : NoneValue.Instance;

    private static NoneValue Output(BuiltinCall call, string prefix)
    {
        var frame = call.DataFrame(0);
        var columns = call.Texts(2);
        if (!columns.IsEmpty)
        {
            frame = Frames.Keep(call.Session, frame, columns, call.SpanOf(2));
        }

        call.Session.Graph.AddOutput(call.Span, prefix + call.Text(1), frame.Input(call.SpanOf(0)));
        return NoneValue.Instance;
    }
}
