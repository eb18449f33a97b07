using System.Collections.Immutable;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Compilation;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.DataFrames;

/// <summary>df.append(objs): the rows of this and other DataFrames of the same columns.</summary>
internal static class AppendMethod
{
    public const string Name = "append";

    public static BuiltinFunction Bind(DataFrameValue frame) =>
        new(Name, [new("objs")], call => Apply(frame, call));

    private static DataFrameValue Apply(DataFrameValue frame, BuiltinCall call)
    {
        var others = call[0] switch
        {
            ListValue list => list.Items,
            TupleValue tuple => tuple.Items,
            var single => [single],
        };
        if (others.Length > call.Session.Limits.Operators)
        {
            throw Session.Exceeded(
                call.SpanOf(0), $"append() takes more than {call.Session.Limits.Operators} DataFrames.");
        }

        var inputs = ImmutableArray.CreateBuilder<Operation>(others.Length + 1);
        inputs.Add(frame.Input(call.Span));
        foreach (var other in others)
        {
            inputs.Add(other is DataFrameValue rows
                ? rows.Input(call.SpanOf(0))
                : throw new CompileException(
                    DiagnosticCodes.Argument, call.SpanOf(0), $"Expected 'DataFrame', got {other.TypeName}"));
        }

        return inputs.Count == 1
            ? frame
            : new DataFrameValue(call.Session.Graph.Add(
                new AppendOperation(call.Span, inputs.MoveToImmutable())));
    }
}
