using System.Collections.Immutable;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Compilation;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.DataFrames;

/// <summary>df.merge(right, how, left_on, right_on, suffixes): pairs of rows whose keys are equal.</summary>
internal static class MergeMethod
{
    public const string Name = "merge";

    private static readonly ImmutableArray<string> Kinds = ["inner", "left", "right", "outer"];

    public static BuiltinFunction Bind(DataFrameValue frame) => new(
        Name,
        [
            new("right"),
            new("how"),
            new("left_on"),
            new("right_on"),
            new("suffixes", new ListValue([Constants.TextValue("_x"), Constants.TextValue("_y")])),
        ],
        call => Apply(frame, call));

    private static DataFrameValue Apply(DataFrameValue frame, BuiltinCall call)
    {
        var right = call.DataFrame(0).Input(call.SpanOf(0));
        var (leftOn, rightOn) = (call.Texts(2), call.Texts(3));
        if (leftOn.Length != rightOn.Length) // none on both sides: every row meets every row
        {
            throw new CompileException(
                DiagnosticCodes.Argument,
                call.SpanOf(3),
                "'left_on' and 'right_on' must contain the same number of elements.");
        }

        var suffixes = Suffixes(call);
        return new DataFrameValue(call.Session.Graph.Add(new MergeOperation(
            call.Span,
            frame.Input(call.Span),
            right,
            Kind(call),
            leftOn,
            rightOn,
            suffixes[0],
            suffixes[1])));
    }

    private static JoinKind Kind(BuiltinCall call) => call.Text(1) switch
    {
        "inner" => JoinKind.Inner,
        "left" => JoinKind.Left,
        "right" => JoinKind.Right,
        "outer" => JoinKind.Outer,
        var how => throw new CompileException(
            DiagnosticCodes.Argument,
            call.SpanOf(1),
            $"'{how}' join type not supported. Only {{{string.Join(",", Kinds)}}} are available.",
            Suggestion.For(how, Kinds)),
    };

    private static ImmutableArray<string> Suffixes(BuiltinCall call)
    {
        var count = call[4] switch
        {
            ListValue list => list.Items.Length,
            TupleValue tuple => tuple.Items.Length,
            var other => throw Fail(
                call,
                "'suffixes' must be a list with 2 strings for the left and right suffixes. " +
                $"Received {other.TypeName}"),
        };
        return count == 2
            ? call.Texts(4)
            : throw Fail(call, $"'suffixes' must be a list with 2 elements. Received {count}");
    }

    private static CompileException Fail(BuiltinCall call, string message) =>
        new(DiagnosticCodes.Argument, call.SpanOf(4), message);
}
