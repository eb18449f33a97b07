using System.Collections.Immutable;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Compilation;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.DataFrames;

/// <summary>df.groupby(by).agg(out=('column', px.function)): group columns, then aggregates in keyword order.</summary>
internal static class AggregateMethod
{
    public const string Name = "agg";

    public static BuiltinFunction Bind(DataFrameValue frame) =>
        new(Name, [], call => Apply(frame, call), takesKeywords: true);

    private static DataFrameValue Apply(DataFrameValue frame, BuiltinCall call)
    {
        var groupBy = frame.GroupBy ?? [];
        if (groupBy.IsEmpty && call.Keywords.IsEmpty)
        {
            throw new CompileException(
                DiagnosticCodes.Argument, call.Span, "agg() needs an aggregate or a groupby() before it.");
        }

        var aggregates = ImmutableArray.CreateBuilder<AggregateSpec>(call.Keywords.Length);
        foreach (var keyword in call.Keywords)
        {
            aggregates.Add(Read(keyword));
        }

        var operation = new AggregateOperation(call.Span, frame.Rows, groupBy, aggregates.MoveToImmutable());
        return new DataFrameValue(call.Session.Graph.Add(operation));
    }

    private static AggregateSpec Read(Argument keyword)
    {
        if (keyword.Value is not TupleValue { Items: { Length: >= 2 } items })
        {
            throw Fail(
                keyword,
                $"Expected arg '{keyword.Name}' as type 'tuple' of columns and a function, " +
                $"received '{keyword.Value.TypeName}'");
        }

        var columns = ImmutableArray.CreateBuilder<string>(items.Length - 1);
        foreach (var item in items.AsSpan(..^1))
        {
            columns.Add(Names.TextOf(item) ?? throw Fail(
                keyword, $"Expected first tuple argument to be type String, received {item.TypeName}"));
        }

        return items[^1] is CatalogFunctionValue function
            ? new AggregateSpec(keyword.Span, keyword.Name!, columns.MoveToImmutable(), function.Name)
            : throw Fail(
                keyword, $"Expected second tuple argument to be type Func, received {items[^1].TypeName}");
    }

    private static CompileException Fail(Argument keyword, string message) =>
        new(DiagnosticCodes.Argument, keyword.Span, message);
}
