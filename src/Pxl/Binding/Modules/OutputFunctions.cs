using System.Collections.Immutable;
using PixieOrleans.Pxl.Binding.DataFrames;
using PixieOrleans.Pxl.Binding.Values;

namespace PixieOrleans.Pxl.Binding.Modules;

/// <summary>px.display and px.debug: output tables.</summary>
internal static class OutputFunctions
{
    private static readonly ImmutableArray<BuiltinParameter> Parameters =
    [
        new("out"),
        new("name", Constants.TextValue("output")),
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
        var rows = call.DataFrame(0).Output(call.SpanOf(0));
        var columns = call.Texts(2);
        if (!columns.IsEmpty)
        {
            rows = Frames.Keep(call.Session, rows, columns, call.SpanOf(2));
        }

        call.Session.Graph.AddOutput(call.Span, prefix + call.Text(1), rows);
        return NoneValue.Instance;
    }
}
