using System.Collections.Immutable;
using PixieOrleans.Exec.Operators;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.Exec.Tests.Operators;

public sealed class ScanBoundsTests
{
    private static readonly ImmutableArray<ColumnSchema> Columns =
    [
        new("x", DataType.Int64), new("f", DataType.Float64), new("b", DataType.Boolean),
        new("u", DataType.UInt128), new("s", DataType.String),
    ];

    [Theory]
    [InlineData("lessThan", 5, long.MinValue, 4)]
    [InlineData("lessThanEqual", 5, long.MinValue, 5)]
    [InlineData("greaterThan", 5, 6, long.MaxValue)]
    [InlineData("greaterThanEqual", 5, 5, long.MaxValue)]
    [InlineData("equal", 5, 5, 5)]
    public void Of_ComparisonWithAnInteger_IsTheRange(string function, long value, long min, long max) =>
        Assert.Equal([new Int64Bound("x", min, max)], Of(("x", function, value)));

    [Fact]
    public void Of_EqualityOfNumbers_ReachesBeyondTheEpsilon()
    {
        var bound = Assert.IsType<Float64Bound>(Assert.Single(Of(("f", "equal", 0.5))));

        Assert.InRange(0.5 - bound.Min, 2.3e-16, 1e-15);
        Assert.InRange(bound.Max - 0.5, 2.3e-16, 1e-15);
    }

    [Fact]
    public void Of_OtherTypes_IsTheirValue()
    {
        var bounds = Of(("b", "equal", true), ("u", "equal", (UInt128)7), ("s", "equal", "GET"));

        Assert.Equal([new BooleanBound("b", true), new UInt128Bound("u", 7)], bounds.Take(2));
        Assert.Equal("GET"u8, Assert.IsType<StringBound>(bounds[2]).Utf8.Span);
    }

    [Fact]
    public void Of_WhatNoRangeSays_IsLeftOut() =>
        Assert.Empty(Of(("x", "lessThan", long.MinValue), ("x", "greaterThan", long.MaxValue), ("s", "lessThan", "a")));

    [Fact]
    public void Of_AColumnThatIsNotThere_IsAnInvalidPlan() =>
        Assert.Throws<InvalidPlanException>(() => Of(("y", "equal", 5L)));

    [Fact]
    public void RunScans_OverATableWithZones_SkipsAndCountsBatches()
    {
        var schema = new TableSchema("t", "", [new("time_", DataType.Time64Ns), new("x", DataType.Int64)]);
        var store = new TableStore([schema], 16 << 20, 1);
        var writer = store.Writer("t", 0);
        for (var i = 0; i < 3 * 4096; i++) // three batches are sealed
        {
            writer.WriteInt64(i);
            writer.WriteInt64(i);
            writer.EndRow();
        }

        var scan = new TableScanNode(0, schema.Columns, "t", null, null)
        {
            Bounds = [new ScanBound("x", "equal", (ConstantExpression)PlanWriter.Constant(5000L))],
        };
        var predicate = PlanWriter.Call(
            "equal", new ColumnExpression("x", DataType.Int64, SemanticType.None), PlanWriter.Constant(5000L));
        var sink = new CollectingSink();
        var filter = new FilterNode(1, [0], scan.Columns, predicate);
        var result = new ResultNode(2, [1], scan.Columns, "output");
        using var execution = new PlanExecution(
            new Plan([scan, filter, result]), store, new ExecutionOptions(), sink);
        execution.RunScans(TestContext.Current.CancellationToken);
        execution.Complete(TestContext.Current.CancellationToken);

        Assert.Equal(["5000|5000"], sink.Rows());
        var statistics = execution.Statistics;
        Assert.Equal((2, 8192L, 4096L), (statistics.BatchesSkipped, statistics.RowsSkipped, statistics.RowsScanned));
    }

    private static ImmutableArray<ColumnBound> Of(params (string Column, string Function, object Value)[] bounds) =>
        ScanBounds.Of(new TableScanNode(0, Columns, "t", null, null)
        {
            Bounds = [.. bounds.Select(bound => new ScanBound(
                bound.Column, bound.Function, (ConstantExpression)PlanWriter.Constant(bound.Value)))],
        });
}
