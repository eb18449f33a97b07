using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Compilation;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.DataFrames;

/// <summary>df.stream(): the same rows, and then those that come, until the query is cancelled.</summary>
internal static class StreamMethod
{
    public const string Name = "stream";

    public static BuiltinFunction Bind(DataFrameValue frame) => new(Name, [], call => Apply(frame, call));

    // The operations are made once more over a scan that goes on; whoever uses the others is not changed.
    private static DataFrameValue Apply(DataFrameValue frame, BuiltinCall call)
    {
        var chain = new Stack<UnaryOperation>();
        var source = frame.Input(call.Span);
        while (source is UnaryOperation operation)
        {
            CheckStreams(operation, call.Span);
            call.Session.Step(call.Span);
            chain.Push(operation);
            source = operation.Input;
        }

        CheckStreams(source, call.Span);
        var rows = call.Session.Graph.Add((ScanOperation)source with { IsStream = true });
        while (chain.TryPop(out var operation))
        {
            rows = call.Session.Graph.Add(operation with { Input = rows, Inputs = [rows] });
        }

        return new DataFrameValue(rows) { IsStream = true };
    }

    private static void CheckStreams(Operation operation, SourceSpan span)
    {
        var blocking = operation switch
        {
            AggregateOperation => AggregateMethod.Name,
            HeadOperation => HeadMethod.Name,
            MergeOperation => MergeMethod.Name,
            AppendOperation => AppendMethod.Name,
            TableFunctionOperation function => function.Function.Name,
            _ => null,
        };
        if (blocking is not null)
        {
            throw new CompileException(
                DiagnosticCodes.Value,
                span,
                $"df.stream() not yet supported with the operator '{blocking}'",
                "it goes with columns, filters, keep and drop");
        }
    }
}
