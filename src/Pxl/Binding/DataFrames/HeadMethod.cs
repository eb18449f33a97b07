using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Compilation;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.DataFrames;

/// <summary>df.head(n): the first rows in arrival order.</summary>
internal static class HeadMethod
{
    public const string Name = "head";

    private const long DefaultRows = 5;

    // _pem_only tells Pixie to limit on the nodes only; here a limit runs on the nodes and again on their union.
    public static BuiltinFunction Bind(DataFrameValue frame) => new(
        Name,
        [new("n", Number(DefaultRows)), new("_pem_only", Number(0))],
        call => Apply(frame, call));

    private static DataFrameValue Apply(DataFrameValue frame, BuiltinCall call)
    {
        var rows = call.Integer(0);
        return rows >= 0
            ? new DataFrameValue(call.Session.Graph.Add(new HeadOperation(call.Span, frame.Input(call.Span), rows)))
            : throw new CompileException(
                DiagnosticCodes.Argument, call.SpanOf(0), "head() takes a number of rows that is not negative.");
    }

    private static FormulaValue Number(long value) => new(Constants.OfInteger(new SourceSpan(1, 1), value));
}
