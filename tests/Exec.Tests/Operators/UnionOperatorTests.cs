using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Tests.Operators;

public sealed class UnionOperatorTests
{
    private static readonly ImmutableArray<ColumnSchema> Schema =
        Cells.Schema(("time_", DataType.Time64Ns), ("s", DataType.String), ("b", DataType.Boolean));

    [Fact]
    public void Run_OrderedInputs_ComeOutInOrderOfTime()
    {
        var plan = new PlanWriter();
        plan.Result(plan.Union(plan.Scan("x", Schema), plan.Scan("y", Schema), plan.Scan("z", Schema)));
        var tables = new MemoryTables()
            .Add("x", Schema, Rows("x", 1, 4, 4), Rows("x", 9))
            .Add("y", Schema, Rows("y", 2, 3), Rows("y", 4, 10))
            .Add("z", Schema);

        var rows = Runs.Run(plan.Plan, tables).Rows();

        Assert.Equal(
            [
                "1|x1|true", "2|y2|true", "3|y3|true", "4|x4|true", "4|x4|true", "4|y4|true", "9|x9|true",
                "10|y10|true",
            ],
            rows);
    }

    [Fact]
    public void Run_LongTables_HoldsFewRowsAtATime()
    {
        var plan = new PlanWriter();
        plan.Result(plan.Union(plan.Scan("x", Schema), plan.Scan("y", Schema)));
        var times = Enumerable.Range(0, 100_000).Select(i => (long)i).ToArray();
        var tables = new MemoryTables()
            .Add("x", Schema, Rows("x", [.. times.Where(time => time % 3 == 0)]))
            .Add("y", Schema, Rows("y", [.. times.Where(time => time % 3 != 0)]));
        var sink = new CollectingSink();
        using var execution = new PlanExecution(plan.Plan, tables, new ExecutionOptions(), sink);

        execution.Complete(TestContext.Current.CancellationToken);

        var yielded = sink.Results.SelectMany(result => ((Int64Column)result.Batch.Columns[0]).Values.ToArray());
        Assert.Equal(times, yielded);
        Assert.InRange(execution.Statistics.PeakBytes, 1, 2 << 20);
    }

    [Fact]
    public void Push_MoreRowsOfOneInputThanMayWait_LosesTheOrderAndNoRow()
    {
        var plan = new PlanWriter();
        plan.Result(plan.Union(plan.Source(0, Schema), plan.Source(1, Schema)));
        var sink = new CollectingSink();
        using var execution = new PlanExecution(
            plan.Plan, null, new ExecutionOptions { MaxUnionBytes = 1 << 16 }, sink);
        long[] times = [.. Enumerable.Range(0, 8000).Select(i => (long)i)];

        execution.Push(0, Rows("x", times), TestContext.Current.CancellationToken);
        execution.Push(0, Rows("x", 8000), TestContext.Current.CancellationToken);
        execution.Push(1, Rows("y", 1, 9000), TestContext.Current.CancellationToken);
        execution.Complete(TestContext.Current.CancellationToken);

        Assert.Equal(8003, sink.Rows().Count);
        Assert.Equal(
            ["1|y1|true", "8000|x8000|true", "9000|y9000|true"],
            sink.Rows()[8000..].Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Run_ColumnsInAnotherOrder_AreFoundByName()
    {
        var plan = new PlanWriter();
        var first = plan.Scan("x", Cells.Schema(("a", DataType.Int64), ("b", DataType.String)));
        var second = plan.Scan("y", Cells.Schema(("b", DataType.String), ("a", DataType.Int64)));
        plan.Result(plan.Union(first, second));
        var tables = new MemoryTables()
            .Add("x", plan.Columns(first), Cells.Batch(new Int64Column(new long[] { 1 }), Cells.Strings("one")))
            .Add("y", plan.Columns(second), Cells.Batch(Cells.Strings("two"), new Int64Column(new long[] { 2 })));

        var rows = Runs.Run(plan.Plan, tables).Rows();

        Assert.Equal(["1|one", "2|two"], rows);
    }

    [Fact]
    public void Run_RowsOfUnorderedInputs_AllCome()
    {
        var plan = new PlanWriter();
        plan.Result(plan.Union(plan.Scan("x", Schema), plan.Scan("y", Schema)));
        var tables = new MemoryTables()
            .Add("x", Schema, Rows("x", 5, 1, 7))
            .Add("y", Schema, Rows("y", 6, 2));

        var rows = Runs.Run(plan.Plan, tables).Rows();

        Assert.Equal(["5|x5|true", "1|x1|true", "6|y6|true", "2|y2|true", "7|x7|true"], rows);
    }

    [Fact]
    public void Construct_InputWithoutAColumn_IsRefused()
    {
        var plan = new Plan(
            [
                new ExchangeSourceNode(0, Schema, 0),
                new ExchangeSourceNode(1, Schema[..2], 1),
                new UnionNode(2, [0, 1], Schema),
            ]);

        var failure = Assert.Throws<InvalidPlanException>(
            () => new PlanExecution(plan, null, new ExecutionOptions(), new CollectingSink()));

        Assert.Contains("no column 'b'", failure.Message, StringComparison.Ordinal);
    }

    private static RowBatch Rows(string prefix, params long[] times) => Cells.Batch(
        new Int64Column(times, DataType.Time64Ns),
        Cells.Strings([.. times.Select(time => $"{prefix}{time}")]),
        new BooleanColumn(Enumerable.Repeat(true, times.Length).ToArray()));
}
