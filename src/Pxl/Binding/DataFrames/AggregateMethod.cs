using System.Collections.Immutable;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Compilation;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.DataFrames;

/// <summary>df.groupby(by).agg(out=('column', px.function)): group columns, then aggregates in keyword order.</summary>
internal static class AggregateMethod
{
    public const string Name = "agg";

    private const string WindowColumn = "_window";

    public static BuiltinFunction Bind(DataFrameValue frame) =>
        new(Name, [], call => Apply(frame, call), takesKeywords: true);

    private static DataFrameValue Apply(DataFrameValue frame, BuiltinCall call)
    {
        var groupBy = frame.GroupBy ?? [];
        if (groupBy.IsEmpty && frame.WindowNs is null && call.Keywords.IsEmpty)
        {
            throw new CompileException(
                DiagnosticCodes.Argument, call.Span, "agg() needs an aggregate or a groupby() before it.");
        }

        var aggregates = ImmutableArray.CreateBuilder<AggregateSpec>(call.Keywords.Length);
        foreach (var keyword in call.Keywords)
        {
            aggregates.Add(Read(keyword));
        }

        var operation = new AggregateOperation(
            call.Span, frame.GroupInput(call.Span), groupBy, aggregates.MoveToImmutable());
        return new DataFrameValue(
            frame.WindowNs is { } windowNs
                ? AddWindowed(call.Session, operation, windowNs)
                : call.Session.Graph.Add(operation));
    }

    // The aggregates may look at time_ itself, so the start of the window has a name of its own until they are done.
    private static Operation AddWindowed(Session session, AggregateOperation aggregation, long windowNs)
    {
        var span = aggregation.Span;
        var keys = aggregation.GroupBy.Remove(RollingMethod.TimeColumn);
        var rows = RollingMethod.AddWindow(session, aggregation.Input, WindowColumn, windowNs, span);
        var groups = session.Graph.Add(
            aggregation with { Input = rows, Inputs = [rows], GroupBy = [WindowColumn, .. keys] });
        var timed = session.Graph.Add(new AssignOperation(
            span, groups, RollingMethod.TimeColumn, new ColumnFormula(span, WindowColumn)));
        return session.Graph.Add(new KeepOperation(
            span,
            timed,
            [RollingMethod.TimeColumn, .. keys, .. aggregation.Aggregates.Select(aggregate => aggregate.Name)]));
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
